"""In which order the lines of a page are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_SHARE = 0.5
"""Of the height of the lower of two lines: as far apart they still stand in one row."""


def reading_order(corners: npt.NDArray[np.float32]) -> list[int]:
    """Row by row from above, each from left to right, as PaddleOCR's `sorted_boxes` has them.

    There lines are in one row whose upper corners are less than 10 pixels apart. Here it is half
    the height of a line, whatever the picture's resolution, and rows may lie as aslant as most
    lines do.

    Args:
        corners: of each line, shape (n, 4, 2), x and y, clockwise from the upper left one.

    Returns:
        The lines' numbers.
    """
    if not len(corners):
        return []
    middles = corners.mean(axis=1)
    along = corners[:, 1] - corners[:, 0]
    heights = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    tilt = _tilt(along, heights)
    across, down = np.array([np.cos(tilt), np.sin(tilt)]), np.array([-np.sin(tilt), np.cos(tilt)])
    places = middles @ down
    starts = middles @ across - np.linalg.norm(along, axis=1) / 2
    rows: list[list[int]] = []
    for number in map(int, np.argsort(places, kind="stable")):
        first = rows[-1][0] if rows else number
        near = _SHARE * min(heights[first], heights[number])
        if rows and places[number] - places[first] < near:
            rows[-1].append(number)
        else:
            rows.append([number])
    return [number for row in rows for number in sorted(row, key=lambda each: starts[each])]


def _tilt(along: npt.NDArray[np.float32], heights: npt.NDArray[np.float32]) -> float:
    """The angle at which most lines lie, in radians; of the long ones, which show it best."""
    is_long = np.linalg.norm(along, axis=1) > heights
    if not is_long.any():
        return 0.0
    return float(np.median(np.arctan2(along[is_long, 1], along[is_long, 0])))
