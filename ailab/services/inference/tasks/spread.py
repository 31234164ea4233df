"""How numbers spread that are never whole in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.images.ranked_values import RankedValues

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Floats


class Spread:
    """The smallest, the largest and the middle of many numbers, to the bit as NumPy tells them.

    To sort them takes them all at once; see `RankedValues`.

    Attributes:
        least: the smallest so far; infinite where there was none.
        most: the largest so far.
    """

    def __init__(self) -> None:
        self.least, self.most = math.inf, -math.inf
        self._ranked = RankedValues()

    def add(self, values: Floats) -> None:
        """Count some more, finite ones, float32."""
        self.least = min(self.least, float(values.min()))
        self.most = max(self.most, float(values.max()))
        self._ranked.add(values)

    def median(self, again: Iterable[Floats]) -> float:
        """The middle of all, or the mean, in float32, of the two middle ones of an even number.

        Args:
            again: the same numbers, at least one, in any order.
        """
        count = self._ranked.count
        middle = self._ranked.at(sorted({(count - 1) // 2, count // 2}), again)
        return float(np.median(np.array(middle, np.float32)))
