"""Depths in words."""

from __future__ import annotations

import math

from ailab.services.inference.predictions import DepthMap, DepthScale

_WORDS = {
    DepthScale.INVERSE: "Relative depth, without a unit: the larger, the nearer",
    DepthScale.DISTANCE: "Relative distance, without a unit: the larger, the farther",
    DepthScale.METRES: "Distance in metres",
}


def scale_words(prediction: DepthMap) -> str:
    """What the numbers of a depth map mean."""
    return _WORDS[prediction.scale]


def depth_number(value: float, scale: DepthScale) -> str:
    """A depth to three digits or whole, with its unit."""
    size = abs(value)
    if size and not 1e-3 <= size < 1e7:
        number = f"{value:.2e}"
    else:
        digits = 2 - math.floor(math.log10(size)) if size else 0
        number = f"{value:,.{max(digits, 0)}f}"
    return f"{number} m" if scale is DepthScale.METRES else number


def depth_at(prediction: DepthMap, nearness: float) -> float:
    """The number that lies at a share of the way from the farthest (0) to the nearest (1)."""
    return prediction.farthest + (prediction.nearest - prediction.farthest) * nearness
