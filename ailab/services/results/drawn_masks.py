"""Masks that may overlap, laid over their picture in colours."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ailab.services.inference.masks import Mask, Masks
from ailab.services.results.label_colors import label_color
from ailab.services.results.legend_panel import LegendEntry
from ailab.services.results.outline import outline

_STRENGTH = 0.43
"""How much of a mask's colour covers the picture, 0 to 1."""


def drawn_masks(picture: Image.Image, masks: Masks, line: int) -> Image.Image:
    """The picture with each mask tinted, and outlined inside its border.

    The largest is drawn first, so that those within it stay in sight, each in its own colour.

    Args:
        picture: in RGB, of any size; the masks are scaled to it.
        masks: by descending score; a mask's place among them gives its colour.
        line: width of the outlines in pixels.
    """
    copy = picture.copy()
    scale = picture.width / masks.width, picture.height / masks.height
    for number, mask in sorted(enumerate(masks.items), key=lambda each: -each[1].area):
        box = _scaled(mask, scale, picture.size)
        size = box[2] - box[0], box[3] - box[1]
        whole = Image.frombytes(
            "L", (mask.inside.width, mask.inside.height), mask.inside.unpack()
        ).resize(size, Image.Resampling.NEAREST)
        color = Image.new("RGB", size, label_color(number))
        copy.paste(Image.blend(picture.crop(box), color, _STRENGTH), box, whole)
        border = outline(np.pad(np.asarray(whole), line), line)[line:-line, line:-line]
        edge = np.asarray(whole) * border
        copy.paste(color, box, Image.fromarray(edge))
    return copy


def mask_entries(masks: Masks) -> list[LegendEntry]:
    """The masks' colours, scores and shares of the picture, the surest first."""
    return [
        LegendEntry((label_color(number),), f"Mask {number + 1}", _value(mask))
        for number, mask in enumerate(masks.items)
    ]


def _value(mask: Mask) -> str:
    digits = 1 if mask.area < 0.0995 else 0
    return f"{mask.score * 100:.0f} % sure, {mask.area * 100:.{digits}f} % of the picture"


def _scaled(
    mask: Mask, scale: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The mask's box in the picture, of at least a pixel."""
    left, top, right, bottom = mask.box
    x0 = min(round(left * scale[0]), size[0] - 1)
    y0 = min(round(top * scale[1]), size[1] - 1)
    return x0, y0, max(x0 + 1, round(right * scale[0])), max(y0 + 1, round(bottom * scale[1]))
