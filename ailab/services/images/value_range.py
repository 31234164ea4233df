"""Which values of a picture of more than 8 bits become black and white."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_WHOLE, _TRIMMED = "whole", "trimmed"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_ENDS = re.compile(rf"({_NUMBER}):({_NUMBER})")
_LARGEST = 1e38
"""As 32-bit floating point has it."""


@dataclass(frozen=True, slots=True)
class ValueRange:
    """What is stretched to 8 bits; as a text `whole`, `trimmed`, or both ends as `200:4000`.

    Attributes:
        ends: what becomes black and what becomes white, the same in every picture; None for what
            each picture has itself, from its least to its greatest value.
        is_trimmed: of these, a few of the darkest and brightest pixels are left out, which one
            hot pixel would otherwise be.
    """

    ends: tuple[float, float] | None = None
    is_trimmed: bool = False

    def __str__(self) -> str:
        if self.ends is not None:
            return ":".join(map(number_words, self.ends))
        return _TRIMMED if self.is_trimmed else _WHOLE


WHOLE_RANGE = ValueRange()
TRIMMED_RANGE = ValueRange(is_trimmed=True)


def parse_range(text: str) -> ValueRange:
    """The range that a text names; see `ValueRange`.

    Raises:
        ValueError: it names none, or its ends are not in order.
    """
    text = text.strip()
    if text in {_WHOLE, _TRIMMED}:
        return TRIMMED_RANGE if text == _TRIMMED else WHOLE_RANGE
    match = _ENDS.fullmatch(text)
    if match is None:
        raise ValueError("neither whole, trimmed nor two numbers with a colon between them")
    return fixed_range(float(match[1]), float(match[2]))


def fixed_range(low: float, high: float) -> ValueRange:
    """The same range for every picture.

    Raises:
        ValueError: the ends are not in order, or beyond what a picture can hold.
    """
    if not (math.isfinite(low) and math.isfinite(high) and max(-low, high) <= _LARGEST):
        raise ValueError("an end is larger than any value of a picture")
    if not low < high:
        raise ValueError("the first number is not below the second")
    return ValueRange((low, high))


def number_words(number: float) -> str:
    """A number as a person writes it, which reads back as the same."""
    number = float(number)
    return f"{number:.0f}" if number.is_integer() and abs(number) < 1e15 else repr(number)
