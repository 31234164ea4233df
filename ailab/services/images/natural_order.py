"""The order that people expect names with numbers in."""

from __future__ import annotations

import re
from pathlib import Path

_DIGITS = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key that sorts `b.png`, `b2.png`, `b10.png`; upper and lower case alike."""
    # The dot before the extension would else come after digits.
    parts = _DIGITS.split(Path(name).stem.casefold())
    key = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p)
    return key, name
