"""Labels counted together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from ailab.services.comparison.agreement import LabelMatches, LabelPixels, label_key

L = TypeVar("L", LabelMatches, LabelPixels)


def largest_first(labels: Iterable[L]) -> tuple[L, ...]:
    """By how much there is of each, whoever found it."""
    return tuple(sorted(labels, key=lambda each: -each.count))


def summed(labels: Iterable[L]) -> tuple[L, ...]:
    """Each label once, the largest first."""
    sums: dict[str, L] = {}
    for each in labels:
        key = label_key(each.label)
        sums[key] = sums[key] + each if key in sums else each
    return largest_first(sums.values())
