"""What was done to the values of a picture of more than 8 bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.images.value_range import WHOLE_RANGE, ValueRange

if TYPE_CHECKING:
    import numpy.typing as npt

_NEARLY_ALL, _QUARTER = 0.999, 64


@dataclass(frozen=True, slots=True)
class Stretched:
    """What is told of it.

    Attributes:
        note: a sentence for a person.
        ends: what became black and white; None where nothing was stretched.
    """

    note: str
    ends: tuple[float, float] | None = None


def stretched_words(
    low: float, high: float, value_range: ValueRange, beyond: float, *, is_whole: bool = False
) -> str:
    """Which values were stretched, and how many are beyond them.

    Args:
        low: what became black.
        high: what became white.
        value_range: what was chosen.
        beyond: the share of the values that lie below or above, 0 to 1.
        is_whole: nothing was left out though it should have been, as nearly all values are one.
    """
    words = f"values {low:.6g} to {high:.6g} were stretched to 8 bits"
    if value_range == WHOLE_RANGE:
        return words
    if is_whole:
        return f"{words}, all of them, since nearly every pixel has the same"
    return f"{words}, and {_share_words(beyond)} of the pixels lie beyond"


def outlier_words(
    levels: npt.NDArray[np.int64], tails: Callable[[], tuple[float, float] | None]
) -> str:
    """A sentence, after a space, where a few pixels take most of the range; else nothing.

    One hot pixel makes all others dark, in which a model then finds nothing.

    Args:
        levels: how many pixels have each grey once they are stretched, shape (256,).
        tails: the ends of the range without outliers; asked only where there are some.
    """
    before = np.concatenate(([0], np.cumsum(levels)))
    if (before[_QUARTER:] - before[:-_QUARTER]).max() <= _NEARLY_ALL * before[-1]:
        return ""
    ends = tails()
    if ends is None or ends[0] == ends[1]:  # of one value nothing is left out
        return ""
    return (
        " More than 99.9 % of the pixels lie within a quarter of that, as where one is hot: “The "
        f"same without outliers” (--range trimmed) stretches {ends[0]:.6g} to {ends[1]:.6g}."
    )


def _share_words(share: float) -> str:
    if share in {0.0, 1.0}:
        return "all" if share else "none"
    percent = 100 * share
    if percent < 0.01:
        return "less than 0.01 %"
    return f"{percent:.2g} %" if percent < 99.5 else "more than 99 %"
