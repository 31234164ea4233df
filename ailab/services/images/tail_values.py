"""The values that a few of a picture's pixels lie beyond, without sorting it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

TRIMMED_SHARE = 0.0035
"""Of the pixels: half of them the darkest, half the brightest."""

_HALF, _BITS = 2**16, 16
_SIGN = 2**31


def tail_values(pieces: Callable[[], Iterator[npt.NDArray[Any]]]) -> tuple[float, float] | None:
    """What becomes black and white where 0.35 % of the pixels may be saturated; None of none.

    As *Process → Enhance Contrast* of ImageJ has it, which takes half of the share at either end:
    the least value up to which there are more than `int(number × 0.00175)` pixels, and the
    greatest likewise (`ij.plugin.ContrastEnhancer.getMinAndMax`, by the histogram of all values).
    Values that are no finite numbers do not count. Exact: two passes over the pieces count the
    upper and then the lower 16 bits of numbers in the same order, so that memory stays bounded.

    Args:
        pieces: gives the values, a piece after the other, each time it is called: of at most 32
            bits, whole or floating point.
    """
    counts, kind = np.zeros(_HALF, np.int64), "u"
    for piece in pieces():
        counts += np.bincount(_keys(piece) >> _BITS, minlength=_HALF)
        kind = piece.dtype.kind
    number = int(counts.sum())
    if number == 0:
        return None
    left_out = int(number * TRIMMED_SHARE / 2)
    before = np.concatenate(([0], np.cumsum(counts)))
    places = [left_out, number - 1 - left_out]
    uppers = [int(np.searchsorted(before, place, "right")) - 1 for place in places]
    lowers = {upper: np.zeros(_HALF, np.int64) for upper in uppers}
    for piece in pieces():
        keys = _keys(piece)
        for upper in lowers:
            own = keys[keys >> _BITS == upper] & (_HALF - 1)
            lowers[upper] += np.bincount(own, minlength=_HALF)
    low, high = (
        _value(_key(upper, lowers[upper], place - int(before[upper])), kind)
        for upper, place in zip(uppers, places, strict=True)
    )
    return low, high


def _key(upper: int, lower_counts: npt.NDArray[np.int64], place: int) -> int:
    lower = int(np.searchsorted(np.cumsum(lower_counts), place, "right"))
    return upper << _BITS | lower


def _keys(values: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """Unsigned numbers in the same order, shape (n,); without those that are not finite."""
    values = values.reshape(-1)
    if values.dtype.kind == "u":
        return values.astype(np.uint32)
    if values.dtype.kind == "i":
        return (values.astype(np.int64) + _SIGN).astype(np.uint32)
    bits: npt.NDArray[np.uint32] = values[np.isfinite(values)].astype(np.float32).view(np.uint32)
    bits ^= np.where(bits >> 31 == 1, np.uint32(2**32 - 1), np.uint32(_SIGN))
    return bits


def _value(key: int, kind: str) -> float:
    if kind == "u":
        return float(key)
    if kind == "i":
        return float(key - _SIGN)
    bits = key & (_SIGN - 1) if key & _SIGN else ~key & (2**32 - 1)
    return float(np.array([bits], np.uint32).view(np.float32)[0])
