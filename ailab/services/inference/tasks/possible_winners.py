"""Which classes can be the best somewhere between neighbouring cells of a network's maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]

_STRIP_VALUES = 500_000
_ROUNDING = 1e-5
_MAPS_AT_ONCE = 16


class ClassMaps(Protocol):
    """Maps of shape (classes, h, w) that are asked for some rows at a time: arrays are such."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Classes, height and width."""

    def __getitem__(self, key: tuple[slice, slice], /) -> Floats:
        """Some rows of some classes."""


@dataclass(frozen=True, slots=True)
class PossibleWinners:
    """The classes that can win between a cell and its neighbours to the right and below.

    A value that is interpolated between four cells lies between the least and the most of them.
    So a class that is the best of all four is the best everywhere between; else only those can
    win whose most reaches what some other class has at least. Cells are numbered row by row;
    what lies beyond the last row or column is as they are.

    Attributes:
        counts: how many can win at each cell, at least 1; shape (h × w,).
        starts: where in `classes` those of each cell begin; shape (h × w,).
        classes: the classes themselves, of each cell in ascending order.
    """

    counts: Integers
    starts: Integers
    classes: npt.NDArray[np.uint16]

    @classmethod
    def of(cls, maps: ClassMaps) -> PossibleWinners:
        """Find them, strip by strip, so that memory stays bounded.

        Args:
            maps: finite, shape (classes, h, w), of at most 65,536 classes.
        """
        count, height, width = maps.shape
        at_once = max(1, _STRIP_VALUES // (count * width))
        strips = [
            _of_rows(maps[:, top : top + at_once + 1], min(at_once, height - top))
            for top in range(0, height, at_once)
        ]
        counts = np.concatenate([counts for counts, _ in strips])
        classes = np.concatenate([classes for _, classes in strips])
        return cls(counts, np.cumsum(counts) - counts, classes)


def _of_rows(maps: Floats, rows: int) -> tuple[Integers, npt.NDArray[np.uint16]]:
    """How many can win, and which, in the first rows of some maps; the next row may follow."""
    count, height, width = maps.shape
    cells = _turned(maps.reshape(count, -1))
    best = cells.argmax(axis=1)
    here = np.arange(rows * width).reshape(rows, width)
    right, below = np.minimum(np.arange(width) + 1, width - 1), here
    below = here + width * (np.arange(rows) + 1 < height)[:, None]
    corners = [place.reshape(-1) for place in (here, here[:, right], below, below[:, right])]
    first, *others = (best[corner] for corner in corners)
    is_open = np.logical_or.reduce([first != other for other in others])
    open_corners = [corner[is_open] for corner in corners]
    least = cells[open_corners[0]]
    most = least.copy()
    for corner in open_corners[1:]:
        values = cells[corner]
        np.minimum(least, values, out=least)
        np.maximum(most, values, out=most)
    floor = least.max(axis=1, initial=-np.inf)
    floor -= _ROUNDING * np.maximum(1, np.abs(floor))  # interpolation rounds
    can_win = most >= floor[:, None]
    counts = np.ones(len(first), np.intp)
    counts[is_open] = np.count_nonzero(can_win, axis=1)
    classes = np.repeat(first.astype(np.uint16), counts)
    classes[np.repeat(is_open, counts)] = np.flatnonzero(can_win) % count
    return counts, classes


def _turned(maps: Floats) -> Floats:
    """Maps of shape (classes, cells) with a cell's classes side by side.

    A few maps at a time, which takes half as long: so many lines fit the processor's cache.
    """
    turned = np.empty(maps.shape[::-1], maps.dtype)
    for first in range(0, len(maps), _MAPS_AT_ONCE):
        part = slice(first, first + _MAPS_AT_ONCE)
        turned[:, part] = maps[part].T
    return turned
