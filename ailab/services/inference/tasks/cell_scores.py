"""What is to be known of each cell of a network's maps before its classes are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]

GROUP = 4
"""Classes that are looked at together first: seldom one of them can win."""

_LARGEST_LOGIT = 60.0
"""The exponentials of 65,536 such, added up, are far from the largest float32."""


class CellScores:
    """The best class of each cell, and what softmax divides by; the maps are read but once.

    Args:
        cells: some rows of the maps, shape (classes, rows, w), finite.
        are_logits: whether softmax is asked for.

    Attributes:
        group_most: the most of each group of `GROUP` classes, shape (groups, rows, w).
        best: the best class of each cell, of equals the first, shape (rows × w,).
        totals: the logarithm of the sum of each cell's exponentials, shape (rows × w,); None
            where it is not asked for.
    """

    def __init__(self, cells: Floats, *, are_logits: bool) -> None:
        count, *shape = cells.shape
        self.group_most: Floats = np.empty((-(-count // GROUP), *shape), np.float32)
        sums = np.zeros(shape, np.float32)
        shares = np.empty((GROUP, *shape), np.float32)
        with np.errstate(over="ignore"):  # that is seen to below
            for group, most in enumerate(self.group_most):
                some = cells[group * GROUP : (group + 1) * GROUP]
                np.maximum.reduce(some, axis=0, out=most)
                if are_logits:
                    sums += np.exp(some, out=shares[: len(some)]).sum(axis=0)
        top = self.group_most.max(axis=0)
        self.best = _best(cells, self.group_most, top)
        self.totals: Floats | None = None
        if are_logits and np.abs(top).max() < _LARGEST_LOGIT:
            self.totals = np.log(sums).reshape(-1)
        elif are_logits:
            self.totals = _totals(cells, top)


def _best(cells: Floats, group_most: Floats, top: Floats) -> Integers:
    found = np.flatnonzero(group_most == top)
    groups = found // top.size
    cell = found - groups * top.size
    group = np.empty(top.size, np.intp)
    group[cell[::-1]] = groups[::-1]  # what is written last stays: the first of equals
    group *= GROUP
    values, most = cells.reshape(-1), top.reshape(-1)
    place = group * top.size + np.arange(top.size)
    best = group.copy()
    is_found = values.take(place) == most
    for _ in range(1, GROUP):
        place += top.size
        best += ~is_found
        is_found |= values.take(place, mode="clip") == most
    return best


def _totals(cells: Floats, top: Floats) -> Floats:
    """As `CellScores.totals`, where the exponentials of some logits have no place in float32."""
    sums = np.zeros(top.shape, np.float32)
    for some in cells:
        sums += np.exp(some - top)
    return (top + np.log(sums)).reshape(-1)
