"""How numbers spread that are never whole in memory."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

_HALF_BITS = 16
_HALVES = 2**_HALF_BITS
_SIGN = 2**31


class Spread:
    """The smallest, the largest and the middle of many numbers, to the bit as NumPy tells them.

    They are counted by the upper half of their bits as they pass, and those of the half that the
    middle lies in by the lower one as they pass again, since to sort them takes them all at once.

    Attributes:
        least: the smallest so far; infinite where there was none.
        most: the largest so far.
    """

    def __init__(self) -> None:
        self.least, self.most = math.inf, -math.inf
        self._counts = np.zeros(_HALVES, np.int64)

    def add(self, values: Floats) -> None:
        """Count some more, finite ones, float32."""
        self.least = min(self.least, float(values.min()))
        self.most = max(self.most, float(values.max()))
        self._counts += _counted(_in_order(values) >> _HALF_BITS)

    def median(self, again: Iterable[Floats]) -> float:
        """The middle of all, or the mean, in float32, of the two middle ones of an even number.

        Args:
            again: the same numbers, at least one, in any order.
        """
        up_to = np.cumsum(self._counts)
        count = int(up_to[-1])
        ranks = sorted({(count - 1) // 2, count // 2})
        uppers = [int(np.searchsorted(up_to, rank, side="right")) for rank in ranks]
        lower = {upper: np.zeros(_HALVES, np.int64) for upper in uppers}
        for values in again:
            bits = _in_order(values)
            for upper, counts in lower.items():
                here = bits[bits >> _HALF_BITS == upper] & (_HALVES - 1)
                np.add(counts, _counted(here), out=counts)
        middle = []
        for rank, upper in zip(ranks, uppers, strict=True):
            left = rank - int(up_to[upper] - self._counts[upper])
            found = int(np.searchsorted(np.cumsum(lower[upper]), left, side="right"))
            middle.append(upper << _HALF_BITS | found)
        return float(np.median(_numbers(np.array(middle, np.uint32))))


def _in_order(values: Floats) -> npt.NDArray[np.uint32]:
    """Numbers' bits, turned so that they are in the same order as the numbers are."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32).reshape(-1)
    turned: npt.NDArray[np.uint32] = np.where(bits < _SIGN, bits | np.uint32(_SIGN), ~bits)
    return turned


def _numbers(in_order: npt.NDArray[np.uint32]) -> Floats:
    is_negative = in_order < _SIGN
    return np.where(is_negative, ~in_order, in_order ^ np.uint32(_SIGN)).view(np.float32)


def _counted(halves: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    return np.bincount(halves, minlength=_HALVES)
