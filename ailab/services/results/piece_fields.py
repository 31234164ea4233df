"""Pieces in a picture's JSON file, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ailab.services.inference.background_label import is_background
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.segmentation_json import MOST_SEGMENTS
from ailab.services.results.piece_counts_json import (
    MOST_COUNTED,
    PIECES,
    piece_counts_to_json,
)
from ailab.services.results.pieces import MOST_PIECES, pieces_of
from ailab.services.results.region_pieces import RegionPieces

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SavedPiece:
    """A piece of a picture's saved prediction; see `Piece`."""

    label: str
    pixels: int
    box: tuple[int, ...]
    centroid: tuple[float, ...]
    score: float
    touches_border: bool


def add_pieces(
    body: dict[str, Any],
    prediction: Segmentation,
    size: tuple[int, int],
    threshold: float,
    pieces_from: int,
) -> None:
    """Tell of the pieces that are drawn at a threshold; of nothing where regions are objects.

    `segments` but for background each get `pieces`, their number, `pieces_at_border`, how many of
    these reach the picture's border, and `pieces_left_out`, how many more have too few pixels;
    beside them stands `pieces`, each `index` (of its region), `pixels`, `box` (x0, y0, x1, y1),
    `centroid` (x, y), `score` (mean confidence) and `touches_border`, all in pixels of the picture;
    and `pieces_from`.

    Args:
        body: the prediction's JSON object, to which that is added.
        prediction: the same.
        size: width and height of the picture.
        threshold: confidence from which a pixel counts, 0 to 1.
        pieces_from: pixels from which a piece counts.
    """
    if not prediction.labels_pixels_alone:
        return
    found = pieces_of(prediction, size, threshold=threshold, pieces_from=pieces_from)
    for segment in body["segments"]:
        if not is_background(segment["label"]):
            counted = found.regions.get(segment["index"], RegionPieces())
            segment.update(piece_counts_to_json(counted))
    body["pieces_from"] = pieces_from
    body[PIECES] = [
        {
            "index": piece.index,
            "pixels": piece.pixels,
            "box": list(piece.box),
            "centroid": [round(value, _DIGITS) for value in piece.centroid],
            "score": round(piece.score, _DIGITS),
            "touches_border": piece.touches_border,
        }
        for piece in found.items
    ]


def saved_pieces(prediction: Fields) -> Iterator[SavedPiece]:
    """The pieces of a segmentation's JSON object; none where it has none.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    if not prediction.has(PIECES):
        return
    labels = {
        each.integer("index", 1, MOST_SEGMENTS): each.text("label")
        for each in prediction.objects("segments", MOST_SEGMENTS)
    }
    for each in prediction.objects(PIECES, MOST_PIECES):
        yield SavedPiece(
            labels.get(each.integer("index", 1, MOST_SEGMENTS), ""),
            each.integer("pixels", 1, MOST_COUNTED),
            tuple(map(int, each.numbers("box", 4))),
            each.numbers("centroid", 2),
            each.share("score"),
            each.boolean("touches_border"),
        )
