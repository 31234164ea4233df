"""In which order the lines of a page are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.page_columns import PageLines, find_columns

if TYPE_CHECKING:
    import numpy.typing as npt

_SHARE = 0.5
"""Of the height of the lower of two lines: as far apart they still stand in one row."""


def reading_order(corners: npt.NDArray[np.float32]) -> list[int]:
    """Column by column, and in each row by row from above, each from left to right.

    Rows are as PaddleOCR's `sorted_boxes` has them, whose lines are in one row where their upper
    corners are less than 10 pixels apart. Here it is half the height of a line, whatever the
    picture's resolution, and rows may lie as aslant as most lines do.

    Args:
        corners: of each line, shape (n, 4, 2), x and y, clockwise from the upper left one.

    Returns:
        The lines' numbers.
    """
    if not len(corners):
        return []
    lines = _level(corners)
    return _ordered(lines, range(len(corners)))


def _level(corners: npt.NDArray[np.float32]) -> PageLines:
    """The lines where most of them lie level."""
    middles = corners.mean(axis=1)
    along = corners[:, 1] - corners[:, 0]
    heights = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    tilt = _tilt(along, heights)
    across, down = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
    centres, halves = middles @ across, np.linalg.norm(along, axis=1) / 2
    return PageLines(centres - halves, centres + halves, middles @ down, heights)


def _ordered(lines: PageLines, among: Sequence[int]) -> list[int]:
    """A part of a page: what stands above columns, each of these, and what stands below."""
    columns = find_columns(lines, among)
    if columns is None:
        return _rows(lines, among)
    parts = (columns.above, columns.left, columns.right, columns.below)
    return [number for part in parts for number in _ordered(lines, part)]


def _rows(lines: PageLines, among: Sequence[int]) -> list[int]:
    rows: list[list[int]] = []
    for number in sorted(among, key=lambda each: (float(lines.middles[each]), each)):
        first = rows[-1][0] if rows else number
        near = _SHARE * min(lines.heights[first], lines.heights[number])
        if rows and lines.middles[number] - lines.middles[first] < near:
            rows[-1].append(number)
        else:
            rows.append([number])
    return [
        number for row in rows for number in sorted(row, key=lambda each: float(lines.starts[each]))
    ]


def _tilt(along: npt.NDArray[np.float32], heights: npt.NDArray[np.float32]) -> float:
    """The angle at which most lines lie, in radians; of the long ones, which show it best."""
    is_long = np.linalg.norm(along, axis=1) > heights
    if not is_long.any():
        return 0.0
    return float(np.median(np.arctan2(along[is_long, 1], along[is_long, 0])))
