"""Names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 8


def listed(names: Iterable[str]) -> str:
    """Names as a sentence has them: `timm`, `timm and torch`, `timm, torch and torchvision`."""
    *before, last = tuple(names) or ("",)
    return f"{', '.join(before)} and {last}" if before else last


def few(names: Iterable[str]) -> str:
    """The first eight names and how many more there are: strangers' files may hold millions."""
    every = tuple(names)
    shown = ", ".join(every[:_MOST])
    return f"{shown} and {len(every) - _MOST:,} more" if len(every) > _MOST else shown
