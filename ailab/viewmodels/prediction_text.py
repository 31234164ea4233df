"""Predictions in a few words."""

from __future__ import annotations

from collections import Counter

from ailab.services.inference.predictions import Classification, Detections, Prediction


def summary(prediction: Prediction) -> str:
    """The best class, the number of objects by label, or the share of the picture by label."""
    if isinstance(prediction, Classification):
        if not prediction.scores:
            return "No class reaches the threshold"
        best = prediction.scores[0]
        return f"{best.label} {best.score:.0%}"
    if isinstance(prediction, Detections):
        if not prediction.items:
            return "Nothing found above the threshold"
        counts = Counter(item.label for item in prediction.items)
        return ", ".join(f"{number} × {label}" for label, number in counts.most_common())
    if not prediction.segments:
        return "Nothing found above the threshold"
    areas: Counter[str] = Counter()
    for segment in prediction.segments:
        areas[segment.label] += segment.area  # type: ignore[assignment]  # shares, not numbers
    return ", ".join(f"{label} {_share(area)}" for label, area in areas.most_common())


def _share(area: float) -> str:
    return "<1%" if 0 < area < 0.005 else f"{area:.0%}"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: `1 class`, `80 classes`."""
    return f"{number:,} {one if number == 1 else many}"
