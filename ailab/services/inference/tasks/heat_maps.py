"""Points from heat maps, to fractions of a cell.

To the letter as `post_process_pose_estimation` of ViTPose's Pillow image processor in
transformers: the highest cell, moved by a Newton step on the logarithm of the smoothed map (DARK:
Zhang et al., "Distribution-Aware Coordinate Representation for Human Pose Estimation", 2020, in
the way of UDP: Huang et al., "The Devil is in the Details", 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

_SIGMA, _RADIUS = 0.8, 5
_LOWEST, _HIGHEST = 0.001, 50


def heat_map_points(maps: Floats) -> tuple[Floats, Floats]:
    """The point and the score of each map.

    Args:
        maps: float32, shape (k, height, width).

    Returns:
        x and y in cells, from the middle of the first, shape (k, 2); the highest value of each
        map, shape (k,).
    """
    cells, scores = highest_cells(maps)
    return cells - newton_steps(_smoothed(maps), cells), scores


def highest_cells(maps: Floats) -> tuple[Floats, Floats]:
    """The highest cell of each map, -1 where nothing is above 0, and how high it is.

    Shapes are those of `heat_map_points`.
    """
    count, _, width = maps.shape
    flat = maps.reshape(count, -1)
    highest, scores = flat.argmax(axis=1), flat.max(axis=1)
    cells = np.stack([highest % width, highest // width], axis=1).astype(np.float32)
    cells[scores <= 0] = -1
    return cells, scores


def newton_steps(smoothed: Floats, cells: Floats) -> Floats:
    """How far each point is to be moved back, shape (k, 2).

    Args:
        smoothed: the maps, shape (k, height, width).
        cells: the highest cell of each.
    """
    count, height, width = smoothed.shape
    logs = np.log(np.clip(smoothed, _LOWEST, _HIGHEST))
    padded = np.pad(logs, ((0, 0), (1, 1), (1, 1)), mode="edge").reshape(-1)
    row = width + 2
    column, line = cells.astype(np.int64).T + 1
    at = column + line * row + row * (height + 2) * np.arange(count)

    def value(right: int, down: int) -> Floats:
        # A point that no map has lies before the first cell; as there, the end stands for it.
        found: Floats = padded[at + right + down * row]
        return found

    here = value(0, 0)
    dx, dy = 0.5 * (value(1, 0) - value(-1, 0)), 0.5 * (value(0, 1) - value(0, -1))
    dxx = value(1, 0) - 2 * here + value(-1, 0)
    dyy = value(0, 1) - 2 * here + value(0, -1)
    dxy = 0.5 * (
        value(1, 1)
        - value(1, 0)
        - value(0, 1)
        + here
        + here
        - value(-1, 0)
        - value(0, -1)
        + value(-1, -1)
    )
    hessian = np.stack([dxx, dxy, dxy, dyy], axis=1).reshape(count, 2, 2)
    slope = np.stack([dx, dy], axis=1)
    try:
        inverse = np.linalg.inv(hessian + np.finfo(np.float32).eps * np.eye(2))
    except np.linalg.LinAlgError:  # a map without a peak: its highest cell has to do
        return np.zeros_like(slope)
    steps: Floats = np.einsum("kmn,kn->km", inverse, slope).astype(np.float32)
    return steps


def _smoothed(maps: Floats) -> Floats:
    """A Gaussian blur, as SciPy's `gaussian_filter` does it: mirrored at the border."""
    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    kernel = np.exp(-0.5 / (_SIGMA * _SIGMA) * offsets**2)
    kernel /= kernel.sum()
    blurred = maps
    for axis in (1, 2):
        blurred = _blurred(blurred, kernel, axis)
    return blurred


def _blurred(maps: Floats, kernel: npt.NDArray[np.float64], axis: int) -> Floats:
    length = maps.shape[axis]
    padding = [(0, 0)] * 3
    padding[axis] = (_RADIUS, _RADIUS)
    padded = np.pad(maps.astype(np.float64), padding, mode="symmetric")
    total = np.zeros(maps.shape)
    for place, weight in enumerate(kernel):
        total += weight * np.take(padded, np.arange(place, place + length), axis=axis)
    return total.astype(np.float32)
