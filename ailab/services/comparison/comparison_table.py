"""A comparison of two runs as a table: a row for each picture, or for each of its labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ailab.services.comparison.agreement import (
    Agreement,
    LabelMatches,
    LabelPixels,
    RegionAgreement,
    ThingAgreement,
)
from ailab.services.comparison.agreement_figures import (
    Figure,
    Figures,
    agreement_figures,
    label_figures,
)
from ailab.services.comparison.picture_comparison import PictureComparison
from ailab.services.comparison.run_comparison import RunComparison
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Segmentation,
)
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.table_file import WriteRow, table_file

COMPARISON_FILE = "comparison.csv"
_DIGITS = 6
_MATCHES = ("matched", "only_a", "only_b", "mean_iou")
_POINTS = ("matched", "only_a", "only_b", "points", "mean_distance")
_WORDS = ("same", "words_in_both", "words_only_a", "words_only_b")
_PIXELS = ("pixels_in_both", "pixels_only_a", "pixels_only_b", "iou")
_CLASSES = ("label_a", "score_a", "label_b", "score_b", "same", "score_difference")

_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        Classification.kind: _CLASSES,
        Detections.kind: ("label", *_MATCHES),
        Masks.kind: ("label", *_MATCHES),
        Segmentation.kind: ("label", *_PIXELS, "same_pixels"),
        DepthMap.kind: ("correlation", "difference", "relative_difference"),
        Keypoints.kind: _POINTS,
        GeneratedText.kind: (*_WORDS, *_MATCHES),
        Features.kind: ("cosine",),
        OutputImage.kind: ("difference", "psnr"),
    }
)
"""By the kind of result, the columns behind the picture's."""


class ComparisonRows:
    """Writes the rows of one picture after the other.

    Args:
        comparison: of the two runs.
        write_row: writes one.
    """

    def __init__(self, comparison: RunComparison, write_row: WriteRow) -> None:
        a, b = (side.record for side in comparison.sides)
        alone = tuple(b.pictures[place] for place in comparison.pairs.only_b)
        # Pages are told apart where either run has some.
        self._pictures = PictureColumns(replace(a, pictures=(*a.pictures, *alone)))
        self._columns = _COLUMNS.get(comparison.kind, ())
        self._write_row = write_row
        write_row((*self._pictures.heads(), *self._columns, "note"))

    def write(self, compared: PictureComparison) -> None:
        """Write a picture: a row for each label, and one where there is none."""
        for figures in _rows(compared.agreement):
            cells = (_cell(figures.get(name)) for name in self._columns)
            self._write_row((*self._pictures.cells(compared.picture), *cells, compared.why_not))


@contextmanager
def comparison_table(path: Path, comparison: RunComparison) -> Iterator[ComparisonRows]:
    """The table to be written to; it is there as a whole in the end, or not at all.

    Raises:
        ResultError: its folder is gone, full or read-only.
    """
    with table_file(path) as write_row:
        yield ComparisonRows(comparison, write_row)


def _rows(agreement: Agreement | None) -> Iterator[Figures]:
    match agreement:
        case None:
            yield {}
        case ThingAgreement(labels):
            for label in labels or (LabelMatches(""),):
                yield label_figures(label)
        case RegionAgreement(labels=regions):
            for region in regions or (LabelPixels("", 0, 0, 0),):
                yield {**agreement_figures(agreement), **label_figures(region)}
        case _:
            yield agreement_figures(agreement)


def _cell(value: Figure) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    return round(value, _DIGITS) if isinstance(value, float) else value
