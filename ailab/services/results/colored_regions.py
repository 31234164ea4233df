"""A label map laid over its picture in colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.inference.predictions import Segmentation
from ailab.services.results.label_colors import Color
from ailab.services.results.map_rows import map_rows, windows
from ailab.services.results.outline import outline

if TYPE_CHECKING:
    import numpy.typing as npt

_STRENGTH = 0.43
"""How much of a region's colour covers the picture, 0 to 1."""


def color_regions(
    canvas: Image.Image,
    size: tuple[int, int],
    prediction: Segmentation,
    colors: Mapping[int, Color],
    *,
    threshold: float,
    line: int,
) -> None:
    """Tint each kept region, and outline it inside its border; strip by strip.

    Args:
        canvas: in RGB, drawn on in place; the picture is at its top left.
        size: width and height of the picture there; the maps are scaled to it.
        prediction: with the kept regions only.
        colors: of each region, by index.
        threshold: confidence that a pixel needs to be shown, 0 to 1.
        line: width of the outlines in pixels.
    """
    palette = bytearray(256 * 3)
    for segment in prediction.segments:
        palette[segment.index * 3 : segment.index * 3 + 3] = bytes(colors[segment.index])
    shown = _shown_labels(prediction, size, threshold)
    for top, around, rows in windows(shown, line):
        labels = around[rows]
        border = outline(around, line)[rows] & (labels > 0)
        tint = Image.fromarray(labels)
        tint.putpalette(bytes(palette))
        tint = tint.convert("RGB")
        picture = canvas.crop((0, top, size[0], top + len(labels)))
        canvas.paste(Image.blend(picture, tint, _STRENGTH), (0, top), _mask(labels > 0))
        canvas.paste(tint, (0, top), _mask(border))


def _shown_labels(
    prediction: Segmentation, size: tuple[int, int], threshold: float
) -> Iterator[npt.NDArray[np.uint8]]:
    """Rows of the label map, 0 where nothing is to be shown."""
    kept = np.zeros(256, np.bool_)
    kept[[segment.index for segment in prediction.segments]] = True
    least = math.ceil(threshold * 255 - 1e-9)
    both = (map_rows(each, size) for each in (prediction.label_map, prediction.confidence))
    for labels, confidence in zip(*both, strict=True):
        yield np.where(kept[labels] & (confidence >= least), labels, np.uint8(0))


def _mask(chosen: npt.NDArray[np.bool_]) -> Image.Image:
    return Image.fromarray(chosen.view(np.uint8) * np.uint8(255))
