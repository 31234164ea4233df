"""Bicubic interpolation of a network's map, as PyTorch does it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_A = -0.75
_STRIP_VALUES = 250_000


class Rows(Protocol):
    """A map of which some rows are asked for at a time, from the top: arrays are such."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Height and width."""

    def __getitem__(self, rows: npt.NDArray[np.intp], /) -> Floats:
        """Some rows."""


def interpolated(values: Rows, height: int, width: int) -> Iterator[tuple[slice, Floats]]:
    """Bring a map to another size, strip by strip, so that memory stays bounded.

    The same as `interpolate(mode="bicubic", align_corners=False)` of PyTorch, with which
    transformers' `post_process_depth_estimation` brings a depth map to the picture's size: the
    cubic convolution of Keys with a = -0.75, the border repeated, no smoothing where a map
    shrinks. Beside steps it overshoots a little.

    Args:
        values: float32, shape (h, w).
        height: of the map wanted.
        width: of the map wanted.

    Yields:
        The rows, and their values of shape (rows, width).
    """
    down = (np.arange(height, dtype=np.float64) + 0.5) * (values.shape[0] / height) - 0.5
    across = (np.arange(width, dtype=np.float64) + 0.5) * (values.shape[1] / width) - 0.5
    yield from sampled(values, down, across)


def sampled(
    values: Rows, down: npt.NDArray[Any], across: npt.NDArray[Any]
) -> Iterator[tuple[slice, Floats]]:
    """Sample a map on a grid of positions, strip by strip.

    Args:
        values: float32, shape (h, w).
        down: positions of the grid's rows in cells of the map; 0 is the middle of the first.
        across: positions of the grid's columns.

    Yields:
        The rows of the grid, and their values of shape (rows, columns).
    """
    rows = max(1, _STRIP_VALUES // len(across))
    column_weights, columns = _taps(across, values.shape[1])
    row_weights, lines = _taps(down, values.shape[0])
    for top in range(0, len(down), rows):
        part = slice(top, min(top + rows, len(down)))
        # Few lines of the map make many of the grid's: each is widened but once.
        needed, place = np.unique(lines[:, part], return_inverse=True)
        place = place.reshape(4, -1)
        narrow = values[needed]
        wide = np.zeros((len(needed), len(across)), np.float32)
        for weight, column in zip(column_weights, columns, strict=True):
            wide += narrow[:, column] * weight
        strip = np.zeros((part.stop - part.start, len(across)), np.float32)
        for weight, line in zip(row_weights[:, part], place, strict=True):
            strip += wide[line] * weight[:, None]
        yield part, strip


def cubic_weights(t: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """What the four cells around each place count, shape (4, n).

    Args:
        t: how far each place lies between the second and the third of them, 0 to 1, shape (n,).
    """
    return np.stack([_far(t + 1), _near(t), _near(1 - t), _far(2 - t)])


def _taps(positions: npt.NDArray[np.float64], cells: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Weights and indices of the four cells around each position, each of shape (4, n)."""
    first = np.floor(positions)
    weights = cubic_weights(positions - first).astype(np.float32)
    indices = np.stack([first - 1, first, first + 1, first + 2])
    return weights, np.clip(indices, 0, cells - 1).astype(np.intp)


def _near(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The weight of a cell at most one away."""
    weight: npt.NDArray[Any] = ((_A + 2) * x - (_A + 3)) * x * x + 1
    return weight


def _far(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The weight of a cell one to two away."""
    weight: npt.NDArray[Any] = ((_A * x - 5 * _A) * x + 8 * _A) * x - 4 * _A
    return weight
