"""A label map laid over its picture in colours."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image

from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.predictions import Segmentation
from ailab.services.results.label_colors import Color
from ailab.services.results.outline import outline

_STRENGTH = 0.43
"""How much of a region's colour covers the picture, 0 to 1."""


def colored_regions(
    picture: Image.Image,
    prediction: Segmentation,
    colors: Mapping[int, Color],
    threshold: float,
    line: int,
) -> Image.Image:
    """The picture with each kept region tinted, and outlined inside its border.

    Args:
        picture: in RGB, of any size; the maps are scaled to it.
        prediction: with the kept regions only.
        colors: of each region, by index.
        threshold: confidence that a pixel needs to be shown, 0 to 1.
        line: width of the outlines in pixels.
    """
    labels = _scaled(prediction.label_map, picture.size)
    confidence = _scaled(prediction.confidence, picture.size)
    kept = np.zeros(256, np.bool_)
    palette = bytearray(256 * 3)
    for segment in prediction.segments:
        kept[segment.index] = True
        palette[segment.index * 3 : segment.index * 3 + 3] = bytes(colors[segment.index])
    shown = kept[labels] & (confidence >= math.ceil(threshold * 255 - 1e-9))
    labels = np.where(shown, labels, np.uint8(0))
    border = outline(labels, line) & shown
    tint = Image.fromarray(labels)
    tint.putpalette(bytes(palette))
    tint = tint.convert("RGB")
    copy = picture.copy()
    copy.paste(Image.blend(picture, tint, _STRENGTH), mask=_mask(shown))
    copy.paste(tint, mask=_mask(border))
    return copy


def _mask(chosen: npt.NDArray[np.bool_]) -> Image.Image:
    return Image.fromarray(chosen.view(np.uint8) * np.uint8(255))


def _scaled(values: PixelMap, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    image = Image.frombytes("L", (values.width, values.height), values.unpack())
    if image.size != size:
        image = image.resize(size, Image.Resampling.NEAREST)
    return np.asarray(image)
