"""The outlines of regions, inside their borders."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def outline(labels: npt.NDArray[np.uint8], line: int) -> npt.NDArray[np.bool_]:
    """Pixels that lie within `line` pixels of one with another label; shape (height, width)."""
    border = np.zeros(labels.shape, np.bool_)
    across = labels[:, 1:] != labels[:, :-1]
    border[:, 1:] |= across
    border[:, :-1] |= across
    down = labels[1:] != labels[:-1]
    border[1:] |= down
    border[:-1] |= down
    for axis in (0, 1):
        border = _widened(border, line - 1, axis)
    return border


def _widened(mask: npt.NDArray[np.bool_], by: int, axis: int) -> npt.NDArray[np.bool_]:
    """The mask grown by `by` pixels both ways, in steps that double."""
    mask = np.moveaxis(mask, axis, 0)
    done, step = 0, 1
    while done < by:
        step = min(step, by - done)
        grown = mask.copy()
        grown[step:] |= mask[:-step]
        grown[:-step] |= mask[step:]
        mask, done, step = grown, done + step, step * 2
    return np.moveaxis(mask, 0, axis)
