"""What was done to the values of a picture of more than 8 bits."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.images.value_range import WHOLE_RANGE, ValueRange


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


def _share_words(share: float) -> str:
    if share in {0.0, 1.0}:
        return "all" if share else "none"
    percent = 100 * share
    if percent < 0.01:
        return "less than 0.01 %"
    return f"{percent:.2g} %" if percent < 99.5 else "more than 99 %"
