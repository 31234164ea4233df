"""Names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """Names as a sentence has them: `timm`, `timm and torch`, `timm, torch and torchvision`."""
    *before, last = tuple(names) or ("",)
    return f"{', '.join(before)} and {last}" if before else last
