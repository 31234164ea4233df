"""What counts as a number in JSON that somebody else wrote."""

from __future__ import annotations

import math
from typing import TypeGuard


def is_finite(value: object) -> TypeGuard[float]:
    """True for a number that a float can hold: no NaN, no infinity, no 1 with 400 zeros."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
