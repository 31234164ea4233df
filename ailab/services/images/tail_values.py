"""The values that a few of a picture's pixels lie beyond, without sorting it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.images.ranked_values import RankedValues

if TYPE_CHECKING:
    import numpy.typing as npt

TRIMMED_SHARE = 0.0035
"""Of the pixels: half of them the darkest, half the brightest."""


def tail_values(pieces: Callable[[], Iterator[npt.NDArray[Any]]]) -> tuple[float, float] | None:
    """What becomes black and white where 0.35 % of the pixels may be saturated; None of none.

    As *Process → Enhance Contrast* of ImageJ has it, which takes half of the share at either end:
    the least value up to which there are more than `int(number × 0.00175)` pixels, and the
    greatest likewise (`ij.plugin.ContrastEnhancer.getMinAndMax`, by the histogram of all values).
    Values that are no finite numbers do not count. Exact, and memory stays bounded; see
    `RankedValues`.

    Args:
        pieces: gives the values, a piece after the other, each time it is called: of at most 32
            bits, whole or floating point.
    """
    ranked = RankedValues()
    for piece in pieces():
        ranked.add(_finite(piece))
    if not ranked.count:
        return None
    left_out = int(ranked.count * TRIMMED_SHARE / 2)
    low, high = ranked.at([left_out, ranked.count - 1 - left_out], map(_finite, pieces()))
    return low, high


def _finite(piece: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return piece[np.isfinite(piece)] if piece.dtype.kind == "f" else piece
