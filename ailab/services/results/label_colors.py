"""Colours of classes and regions: the same on the screen and in the saved files."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from ailab.services.inference.predictions import Segment

Color: TypeAlias = tuple[int, int, int]

# Chosen to stay apart from each other, for most colour-blind people too, and from grey: the
# palette of Okabe and Ito without its black, brightened where it was too dark for a picture.
_CHOSEN: tuple[Color, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 190, 120),
    (240, 228, 66),
    (40, 120, 230),
    (235, 100, 20),
    (225, 110, 185),
)
# A full turn divided by the golden ratio puts each hue far from all before it.
_GOLDEN_TURN = math.tau / ((1 + math.sqrt(5)) / 2)
_LIGHTNESSES = (0.78, 0.66, 0.86)
_CHROMAS = (0.15, 0.1)


def label_color(number: int) -> Color:
    """The colour of a class, by its id, as 8-bit sRGB (red, green, blue).

    The first seven are chosen by hand; those after turn the hue of the OKLCH colour space
    (Björn Ottosson, "A perceptual color space for image processing", 2020).
    """
    if 0 <= number < len(_CHOSEN):
        return _CHOSEN[number]
    hue = (number * _GOLDEN_TURN) % math.tau
    lightness = _LIGHTNESSES[number % len(_LIGHTNESSES)]
    return _from_oklch(lightness, _CHROMAS[number % len(_CHROMAS)], hue)


def segment_colors(segments: Sequence[Segment]) -> dict[int, Color]:
    """The colour of each region, by its index in the label map.

    A class keeps its colour from picture to picture; only where a class has several regions in
    one picture do they get colours of their own. Pass a prediction's regions as they are, not
    those above a threshold, so that moving the threshold changes no colour.
    """
    regions = Counter(segment.class_id for segment in segments)
    if any(count > 1 for count in regions.values()):
        return {segment.index: label_color(segment.index - 1) for segment in segments}
    return {segment.index: label_color(segment.class_id) for segment in segments}


def text_color(background: Color) -> Color:
    """Black or white, whichever reads better on a background (WCAG 2 relative luminance)."""
    red, green, blue = (_linear(channel / 255) for channel in background)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (0, 0, 0) if luminance > 0.179 else (255, 255, 255)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _from_oklch(lightness: float, chroma: float, hue: float) -> Color:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _byte(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _byte(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _byte(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _byte(linear: float) -> int:
    clipped = min(max(linear, 0.0), 1.0)
    encoded = 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
    return round(encoded * 255)
