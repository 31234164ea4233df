"""The values at some places in the order of many numbers, which are never sorted nor held whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_BITS = 16
_HALVES = 2**_BITS
_SIGN = 2**31


class RankedValues:
    """Counts numbers by the upper half of their bits as they pass, and then by the lower one.

    The bits are turned so that they are in the same order as the numbers are. Those of the halves
    that the wanted numbers lie in are counted as the numbers pass again: two passes are exact, and
    take some megabytes.

    Attributes:
        count: how many have passed.
    """

    def __init__(self) -> None:
        self.count = 0
        self._counts = np.zeros(_HALVES, np.int64)
        self._kind = "u"

    def add(self, values: npt.NDArray[Any]) -> None:
        """Count some more: finite, of at most 32 bits, whole or floating point, all of one kind."""
        self._counts += _counted(_in_order(values) >> _BITS)
        self.count += values.size
        self._kind = values.dtype.kind

    def at(self, ranks: Sequence[int], again: Iterable[npt.NDArray[Any]]) -> list[float]:
        """The numbers at some places of all in ascending order, from 0.

        Args:
            ranks: the places, each below `count`.
            again: the same numbers, in any order.
        """
        up_to = np.cumsum(self._counts)
        uppers = [int(np.searchsorted(up_to, rank, "right")) for rank in ranks]
        lower = {upper: np.zeros(_HALVES, np.int64) for upper in uppers}
        for values in again:
            bits = _in_order(values)
            for upper, counts in lower.items():
                here = bits[bits >> _BITS == upper] & (_HALVES - 1)
                np.add(counts, _counted(here), out=counts)
        found = []
        for rank, upper in zip(ranks, uppers, strict=True):
            left = rank - int(up_to[upper] - self._counts[upper])
            half = int(np.searchsorted(np.cumsum(lower[upper]), left, "right"))
            found.append(_number(upper << _BITS | half, self._kind))
        return found


def _in_order(values: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """Unsigned numbers in the same order, shape (n,)."""
    if values.dtype.kind == "u":
        return values.reshape(-1).astype(np.uint32)
    if values.dtype.kind == "i":
        return (values.reshape(-1).astype(np.int64) + _SIGN).astype(np.uint32)
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32).reshape(-1)
    turned: npt.NDArray[np.uint32] = np.where(bits < _SIGN, bits | np.uint32(_SIGN), ~bits)
    return turned


def _number(in_order: int, kind: str) -> float:
    if kind == "u":
        return float(in_order)
    if kind == "i":
        return float(in_order - _SIGN)
    bits = in_order & (_SIGN - 1) if in_order & _SIGN else ~in_order & (2**32 - 1)
    return float(np.array([bits], np.uint32).view(np.float32)[0])


def _counted(halves: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    return np.bincount(halves, minlength=_HALVES)
