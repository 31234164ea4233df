"""Which classes can be the best somewhere between neighbouring cells of a network's maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ailab.services.inference.tasks.cell_scores import GROUP, CellScores

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]

_STRIP_VALUES = 2_500_000
_AT_ONCE = 16_384
"""Groups of classes that are compared at once, so that the processor's cache holds them."""

_NUMBERS_OF_TWO_BYTES = 65_536
_ROUNDING = np.float32(1e-5)
"""Of the largest value: some ten times as much as interpolation can be wrong by."""


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

    By how much one class is above another, interpolated between four cells, lies between the
    least and the most of what it is there. So a class that is the best of all four is the best
    everywhere between; and else none can win that is below another at all four. Each is compared
    with the best of two cells that lie across from each other: of those that are left, few never
    win. Cells are numbered row by row; what lies beyond the last row or column is as they are.

    Attributes:
        best: the best class of each cell itself, of equals the first; shape (h × w,).
        counts: how many classes can win at each cell, at least 1; shape (h × w,). One alone is
            the best class.
        starts: where in `classes` those of each cell begin that are more than one; shape (h × w,).
        classes: the classes of all such cells, of each in ascending order.
        totals: what is to be taken from a cell's logits so that their exponentials are
            probabilities, shape (h × w,); None where the maps are probabilities themselves.
    """

    best: npt.NDArray[np.uint16]
    counts: Integers
    starts: Integers
    classes: npt.NDArray[np.uint16]
    totals: Floats | None

    @classmethod
    def of(cls, maps: ClassMaps, *, are_logits: bool) -> PossibleWinners:
        """Find them, strip by strip, so that memory stays bounded.

        Args:
            maps: finite, shape (classes, h, w), of at most 65,536 classes.
            are_logits: whether softmax makes probabilities of the maps; else they are some.
        """
        count, height, width = maps.shape
        at_once = max(1, _STRIP_VALUES // (count * width))
        best, counts, classes, totals = [], [], [], []
        for top in range(0, height, at_once):
            rows = min(at_once, height - top)
            cells = maps[:, top : top + rows + 1]
            scores = CellScores(cells, are_logits=are_logits)
            own = slice(rows * width)
            best.append(scores.best[own].astype(np.uint16))
            if scores.totals is not None:
                totals.append(scores.totals[own])
            counts_there, classes_there = _of_rows(cells, scores, rows)
            counts.append(counts_there)
            classes.append(classes_there)
        several = np.concatenate(counts)
        return cls(
            np.concatenate(best),
            np.maximum(several, 1),
            np.cumsum(several) - several,
            np.concatenate(classes),
            np.concatenate(totals) if are_logits else None,
        )


def _of_rows(
    maps: Floats, scores: CellScores, rows: int
) -> tuple[Integers, npt.NDArray[np.uint16]]:
    """The classes that can win in the first rows of some maps; the next row may follow.

    Args:
        maps: shape (classes, h, w).
        scores: of them.
        rows: how many.

    Returns:
        How many can win at each cell, 0 instead of 1; and which, of one cell after the other.
    """
    _, height, width = maps.shape
    size = rows * width
    place, corners = _open_cells(scores.best.reshape(height, width), rows)
    if not place.size:
        return np.zeros(size, np.intp), np.empty(0, np.uint16)
    contenders = _Contenders(maps, corners, scores.best)
    least = np.full(size, np.inf, np.float32)
    least[place] = contenders.least
    number = np.empty(size, np.intp)
    number[place] = np.arange(len(place))
    reaching = _reaching(scores.group_most, least.reshape(rows, width))
    cells, classes = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    for first in range(0, len(reaching), _AT_ONCE):
        group, cell = _divided(reaching[first : first + _AT_ONCE], size)
        pair, winner = contenders.of(group, number.take(cell))
        cells.append(cell.take(pair))
        classes.append(winner)
    # Groups came in ascending order, so that at each cell its classes come in it too.
    found = np.concatenate(cells)
    keys = found.astype(np.uint16 if size <= _NUMBERS_OF_TWO_BYTES else np.uint32)
    order = np.argsort(keys, kind="stable")
    ordered = np.concatenate(classes).take(order).astype(np.uint16)
    return np.bincount(found, minlength=size), ordered


def _open_cells(best: Integers, rows: int) -> tuple[Integers, Integers]:
    """The cells of the first rows whose neighbours to the right and below have another best class.

    Returns:
        The cells, shape (open,), and with their neighbours, shape (4, open).
    """
    height, width = best.shape
    right = np.minimum(np.arange(width) + 1, width - 1)
    above, below = best[:rows], best[np.minimum(np.arange(rows) + 1, height - 1)]
    is_open = (above != above[:, right]) | (above != below) | (above != below[:, right])
    place = np.flatnonzero(is_open)
    row, column = _divided(place, width)
    across, down = column < width - 1, width * (row < height - 1)
    return place, np.stack([place, place + across, place + down, place + down + across])


class _Contenders:
    """Classes that are held against the best ones of two cells that lie across from each other.

    Args:
        maps: shape (classes, h, w).
        corners: cells with their neighbours, shape (4, open).
        best: the best class of each cell.

    Attributes:
        least: what a class has to reach at one of the four cells at least, shape (open,).
    """

    def __init__(self, maps: Floats, corners: Integers, best: Integers) -> None:
        self._count, self._size = len(maps), maps[0].size
        self._values = maps.reshape(-1)
        self._corners = corners
        rivals = self._values.take(best[corners[::3]][:, None] * self._size + corners)
        rivals -= _ROUNDING * np.abs(rivals).max(axis=(0, 1))
        self._rivals = rivals
        self.least: Floats = rivals.min(axis=1).max(axis=0)

    def of(self, group: Integers, number: Integers) -> tuple[Integers, Integers]:
        """Those of some groups that can win, each at one of the cells.

        Returns:
            Which of the groups each belongs to, in ascending order, and its class.
        """
        first = group * GROUP
        place = self._corners.take(number, axis=1)
        place += first * self._size
        rivals = self._rivals.take(number, axis=2)
        can_win = np.empty((len(group), GROUP), np.bool_)
        for member in range(GROUP):
            mine = self._values.take(place, mode="clip")  # the last group may have fewer
            can_win[:, member] = (mine >= rivals).any(axis=1).all(axis=0)
            place += self._size
        pair, of_group = _divided(np.flatnonzero(can_win), GROUP)
        classes = first.take(pair) + of_group
        exists = classes < self._count
        return pair[exists], classes[exists]


def _reaching(most: Floats, least: Floats) -> Integers:
    """Where maps reach about what they have to at one of the four cells at least.

    Args:
        most: the maps, shape (maps, h, w).
        least: what they have to reach between a cell and its neighbours, infinite where nothing
            is to be found; shape (rows, w).

    Returns:
        map × cells + cell of each.
    """
    rows = len(least)
    asked = np.full(most.shape[1:], np.inf, np.float32)  # the least of all around a cell
    asked[:rows] = least
    np.minimum(asked[1:], least[: len(asked) - 1], out=asked[1:])
    asked[:, 1:] = np.minimum(asked[:, 1:], asked[:, :-1])
    reaches = most >= asked
    reaches[:, :, :-1] |= reaches[:, :, 1:]
    reaches[:, :-1] |= reaches[:, 1:]
    return np.flatnonzero(reaches[:, :rows] & np.isfinite(least))


def _divided(numbers: Integers, by: int) -> tuple[Integers, Integers]:
    """As `numpy.divmod`, in a third of the time."""
    whole = numbers // by
    return whole, numbers - whole * by
