"""A large picture in pieces that a network takes, and what is kept of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Tile:
    """One piece; all in pixels of the picture, `top`, `left`, `bottom`, `right`.

    Attributes:
        seen: what the network is given.
        kept: what is kept of its answer: up to the middle of what two pieces share. The kept
            parts of all pieces cover the picture once.
    """

    seen: tuple[int, int, int, int]
    kept: tuple[int, int, int, int]


def tiles(height: int, width: int, size: tuple[int, int], overlap: int) -> Iterator[Tile]:
    """Cover a picture of `height` × `width` pixels with pieces, row by row.

    Args:
        height: of the picture.
        width: of the picture.
        size: height and width of a piece; a picture that is smaller makes a smaller one.
        overlap: pixels that neighbours share at least; less than half a piece.
    """
    rows, columns = _along(height, size[0], overlap), _along(width, size[1], overlap)
    for (top, bottom), (first_row, end_row) in rows:
        for (left, right), (first_column, end_column) in columns:
            yield Tile((top, left, bottom, right), (first_row, first_column, end_row, end_column))


def _along(length: int, size: int, overlap: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """What each piece along one axis sees, and what is kept of it."""
    if length <= size:
        return [((0, length), (0, length))]
    count = -(-(length - overlap) // (size - overlap))
    starts = [round(index * (length - size) / (count - 1)) for index in range(count)]
    borders = [
        0,
        *((before + size + after) // 2 for before, after in pairwise(starts)),
        length,
    ]
    return [
        ((start, start + size), (borders[index], borders[index + 1]))
        for index, start in enumerate(starts)
    ]
