"""Masks that may overlap, laid over their picture in colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.inference.masks import Mask, Masks
from ailab.services.results.label_colors import label_color
from ailab.services.results.legend_panel import LegendEntry
from ailab.services.results.map_rows import map_rows, windows
from ailab.services.results.outline import outline

if TYPE_CHECKING:
    import numpy.typing as npt

_STRENGTH = 0.43
"""How much of a mask's colour covers the picture, 0 to 1."""


def draw_masks(canvas: Image.Image, pixels: npt.NDArray[np.uint8], masks: Masks, line: int) -> None:
    """Tint each mask, and outline it inside its border; strip by strip.

    The largest is drawn first, so that those within it stay in sight, each in its own colour.

    Args:
        canvas: in RGB, drawn on in place; the picture is at its top left.
        pixels: the picture itself, uint8, shape (height, width, 3); the masks are scaled to it.
        masks: by descending score; a mask's place among them gives its colour.
        line: width of the outlines in pixels.
    """
    height, width = pixels.shape[:2]
    scale = width / masks.width, height / masks.height
    for number, mask in sorted(enumerate(masks.items), key=lambda each: -each[1].area):
        left, start, right, end = _scaled(mask, scale, (width, height))
        strips = map_rows(mask.inside, (right - left, end - start))
        for top, around, rows in windows(strips, line):
            inside = around[rows]
            box = (left, start + top, right, start + top + len(inside))
            color = Image.new("RGB", (right - left, len(inside)), label_color(number))
            below = Image.fromarray(pixels[box[1] : box[3], left:right])
            canvas.paste(Image.blend(below, color, _STRENGTH), box, Image.fromarray(inside))
            # What lies beside the box is outside the mask. The rows around are as many as an
            # outline reaches, so that what is put beside these changes none of the strip's own.
            border = outline(np.pad(around, line), line)[line:-line, line:-line][rows]
            canvas.paste(color, box, Image.fromarray(inside * border))


def mask_entries(masks: Masks) -> list[LegendEntry]:
    """The masks' colours, scores and shares of the picture, the surest first."""
    return [
        LegendEntry((label_color(number),), mask.label or f"Mask {number + 1}", _value(mask))
        for number, mask in enumerate(masks.items)
    ]


def _value(mask: Mask) -> str:
    digits = 1 if mask.area < 0.0995 else 0
    return f"{mask.score * 100:.0f}% sure, {mask.area * 100:.{digits}f}% of the picture"


def _scaled(
    mask: Mask, scale: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The mask's box in the picture, of at least a pixel."""
    left, top, right, bottom = mask.box
    x0 = min(round(left * scale[0]), size[0] - 1)
    y0 = min(round(top * scale[1]), size[1] - 1)
    return x0, y0, max(x0 + 1, round(right * scale[0])), max(y0 + 1, round(bottom * scale[1]))
