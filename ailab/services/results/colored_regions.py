"""A label map laid over its picture in colours."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image

from ailab.services.inference.predictions import Segmentation
from ailab.services.results.label_colors import Color

_STRENGTH = 110
"""Of 256: how much of a region's colour covers the picture."""
_STRIP = 512


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
    labels = _scaled(prediction.label_map, prediction, picture.size)
    confidence = _scaled(prediction.confidence, prediction, picture.size)
    kept = np.zeros(256, np.bool_)
    palette = np.zeros((256, 3), np.int16)
    for segment in prediction.segments:
        kept[segment.index] = True
        palette[segment.index] = colors[segment.index]
    shown = kept[labels] & (confidence >= math.ceil(threshold * 255 - 1e-9))
    labels = np.where(shown, labels, np.uint8(0))
    outline = _border(labels, line) & shown
    pixels = np.array(picture)
    # In strips: the 16-bit middle values of a large picture would need four times its memory.
    for top in range(0, pixels.shape[0], _STRIP):
        strip = slice(top, top + _STRIP)
        here, before = palette[labels[strip]], pixels[strip].astype(np.int16)
        tinted = before + ((here - before) * _STRENGTH >> 8)
        tinted[outline[strip]] = here[outline[strip]]
        pixels[strip] = np.where(shown[strip][..., None], tinted, before)
    return Image.fromarray(pixels)


def _scaled(data: bytes, prediction: Segmentation, size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    image = Image.frombytes("L", (prediction.width, prediction.height), data)
    if image.size != size:
        image = image.resize(size, Image.Resampling.NEAREST)
    return np.asarray(image)


def _border(labels: npt.NDArray[np.uint8], line: int) -> npt.NDArray[np.bool_]:
    """Pixels that lie within `line` pixels of one with another label."""
    border = np.zeros(labels.shape, np.bool_)
    across = labels[:, 1:] != labels[:, :-1]
    border[:, 1:] |= across
    border[:, :-1] |= across
    down = labels[1:] != labels[:-1]
    border[1:] |= down
    border[:-1] |= down
    for axis in (0, 1):
        border = _widened(border, line - 1, axis)
    return border


def _widened(mask: npt.NDArray[np.bool_], by: int, axis: int) -> npt.NDArray[np.bool_]:
    """The mask grown by `by` pixels both ways, in steps that double."""
    mask = np.moveaxis(mask, axis, 0)
    done, step = 0, 1
    while done < by:
        step = min(step, by - done)
        grown = mask.copy()
        grown[step:] |= mask[:-step]
        grown[:-step] |= mask[step:]
        mask, done, step = grown, done + step, step * 2
    return np.moveaxis(mask, 0, axis)
