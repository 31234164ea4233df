"""Some rows of a network's cells, and how sure the network is of its classes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats
    from ailab.services.inference.tasks.possible_winners import PossibleWinners

    Integers = npt.NDArray[np.intp]

_MOST_OF_A_BYTE = 255


class StripCells:
    """The classes' values in some rows of cells.

    Args:
        maps: these rows of the maps, shape (classes, rows, w).
        winners: what was found of all of them.
        top: the first row.

    Attributes:
        top: the first row.
        size: how many cells there are.
        values: those of all classes one after the other, shape (classes × cells,).
        best: the best class of each cell, shape (rows, w).
        best_levels: how sure the network is of it, as `levels` tells it, of the same shape.
    """

    def __init__(self, maps: Floats, winners: PossibleWinners, top: int) -> None:
        _, height, width = maps.shape
        self.top = top
        self.size = height * width
        self.values: Floats = maps.reshape(-1)
        part = slice(top * width, top * width + self.size)
        self._totals = None if winners.totals is None else winners.totals[part]
        place = np.arange(self.size)
        self.best = winners.best[part].reshape(height, width)
        most = self.values.take(winners.best[part] * np.intp(self.size) + place)
        self.best_levels = self.levels(most, place).reshape(height, width)

    def levels(self, values: Floats, cells: Integers) -> Floats:
        """How sure the network is of what has some values in some cells, from 0.5 to 255.5.

        What is interpolated between such numbers is rounded by leaving out its fraction.
        """
        if self._totals is None:
            shares = np.clip(values, 0, 1)
        else:
            shares = values - self._totals.take(cells)
            np.exp(shares, out=shares)
        shares *= _MOST_OF_A_BYTE
        shares += 0.5
        return shares
