"""`results.csv`: what was found in all pictures of a run, a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.json_limits import MOST_CLASS_ID
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.keypoints_json import keypoints_from_json
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import Classification, DepthMap, Detections, Segmentation
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import SavedPrediction, saved_predictions
from ailab.services.results.scale_columns import (
    AREA_HEAD,
    BOX_HEADS,
    ScaleColumns,
    area_of,
    sides_of,
)
from ailab.services.results.table_file import table_file

TABLE_FILE = "results.csv"
_MOST = 100_000
_DIGITS = 6
_BOX = ("x0", "y0", "x1", "y1")
_QUESTION = "question"

Cell: TypeAlias = str | float
Rows: TypeAlias = Iterator[tuple[Cell, ...]]
Scaled: TypeAlias = tuple[float | None, ...]
"""In micrometres or their squares; None where the size of pixels is not known."""


def write_table(folder: Path, record: RunRecord) -> None:
    """Write what a run found; nothing where its results are vectors or pictures.

    All is written that is kept, with its score, whatever the threshold.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    found = saved_predictions(folder, record)
    first = next(found, None)
    if first is None or first.kind not in _TABLES:
        return
    is_asked = first.kind == Classification.kind and first.fields.text_or_none(_QUESTION)
    heads, rows_of = _ANSWERS if is_asked else _TABLES[first.kind]
    columns = PictureColumns(record)
    scaled_heads, scaled = _SCALED.get(first.kind, ((), _nothing))
    scale = ScaleColumns(record, *scaled_heads)
    with table_file(folder / TABLE_FILE) as write_row:
        write_row((*columns.heads(), *heads, *scale.heads))
        for saved in chain((first,), found):
            if saved.kind != first.kind:
                continue
            with suppress(BadFieldError):  # damaged meanwhile
                for row in list(rows_of(saved)):
                    cells = *map(_cell, row), *scale.cells(*scaled(saved, row))
                    write_row((*columns.cells(saved.picture), *cells))


def _cell(value: Cell) -> Cell:
    return round(value, _DIGITS) if isinstance(value, float) else value


def _classes(saved: SavedPrediction) -> Rows:
    for each in saved.fields.objects("scores", _MOST):
        yield each.text("label"), each.share("score"), each.integer("class_id", 0, MOST_CLASS_ID)


def _answers(saved: SavedPrediction) -> Rows:
    asked = saved.fields.text_or_none(_QUESTION) or ""
    for row in _classes(saved):
        yield *row, asked


def _detections(saved: SavedPrediction) -> Rows:
    for each in saved.fields.objects("items", _MOST):
        class_id = each.integer("class_id", 0, MOST_CLASS_ID)
        yield each.text("label"), each.share("score"), *each.numbers("box", 4), class_id


def _regions(saved: SavedPrediction) -> Rows:
    for each in saved.fields.objects("segments", _MOST):
        yield each.text("label"), each.share("score"), each.share("area")


def _masks(saved: SavedPrediction) -> Rows:
    for mask, box in saved.masks():
        yield mask.text_or_none("label") or "", mask.share("score"), *box, mask.share("area")


def _points(saved: SavedPrediction) -> Rows:
    found = keypoints_from_json(saved.fields)
    for number, pose in enumerate(found.poses, 1):
        for point in pose.points:
            name = found.names[point.name] if found.names else ""
            yield pose.label, pose.score, number, name, point.x, point.y, point.score


def _depths(saved: SavedPrediction) -> Rows:
    fields = saved.fields
    numbers = (fields.number(name) for name in ("minimum", "median", "maximum"))
    yield fields.text("scale"), *numbers


def _words(saved: SavedPrediction) -> Rows:
    fields = saved.fields
    score = fields.number_or_none("score")
    asked = fields.text_or_none(_QUESTION) or ""
    yield fields.text("text"), "" if score is None else score, asked


def _share(saved: SavedPrediction, row: tuple[Cell, ...]) -> Scaled:
    """Of a row that ends with a share of the picture."""
    return (area_of(float(row[-1]) * saved.width * saved.height, saved.pixel_size),)


def _sides(saved: SavedPrediction, row: tuple[Cell, ...]) -> Scaled:
    """Of a row whose box stands behind label and score."""
    return sides_of(tuple(map(float, row[2:6])), saved.pixel_size)


def _share_and_sides(saved: SavedPrediction, row: tuple[Cell, ...]) -> Scaled:
    return *_share(saved, row), *_sides(saved, row)


def _nothing(_saved: SavedPrediction, _row: tuple[Cell, ...]) -> Scaled:
    return ()


_SCALED: Mapping[
    str, tuple[tuple[str, ...], Callable[[SavedPrediction, tuple[Cell, ...]], Scaled]]
] = MappingProxyType(
    {
        Detections.kind: (BOX_HEADS, _sides),
        Segmentation.kind: ((AREA_HEAD,), _share),
        Masks.kind: ((AREA_HEAD, *BOX_HEADS), _share_and_sides),
    }
)
"""By the kind of prediction, the columns in micrometres and what fills them, from a row."""

_TABLES: Mapping[str, tuple[tuple[str, ...], Callable[[SavedPrediction], Rows]]] = MappingProxyType(
    {
        Classification.kind: (("label", "score", "class_id"), _classes),
        Detections.kind: (("label", "score", *_BOX, "class_id"), _detections),
        Segmentation.kind: (("label", "score", "area"), _regions),
        Masks.kind: (("label", "score", *_BOX, "area"), _masks),
        Keypoints.kind: (("label", "score", "pose", "point", "x", "y", "point_score"), _points),
        DepthMap.kind: (("scale", "minimum", "median", "maximum"), _depths),
        GeneratedText.kind: (("text", "score", _QUESTION), _words),
    }
)
"""By the kind of prediction, the columns behind the picture's and what fills them."""

_ANSWERS = (("label", "score", "class_id", _QUESTION), _answers)
"""The same of classes that answer a question."""
