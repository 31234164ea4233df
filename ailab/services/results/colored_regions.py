"""A label map laid over its picture in colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.inference.pixel_map import PixelMap
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
    left_out: PixelMap | None = None,
) -> None:
    """Tint each kept region, and outline it inside its border; strip by strip.

    Pieces that are not counted are hatched, without an outline.

    Args:
        canvas: in RGB, drawn on in place; the picture is at its top left.
        size: width and height of the picture there; the maps are scaled to it.
        prediction: with the kept regions only.
        colors: of each region, by index.
        threshold: confidence that a pixel needs to be shown, 0 to 1.
        line: width of the outlines in pixels.
        left_out: 1 where a piece is that is not counted, at any size; None where none is.
    """
    palette = bytearray(256 * 3)
    for segment in prediction.segments:
        palette[segment.index * 3 : segment.index * 3 + 3] = bytes(colors[segment.index])
    shown = _shown_labels(prediction, size, threshold, left_out)
    across = np.arange(size[0], dtype=np.int32)
    for top, both, rows in windows(shown, line):
        around, hatched = both[..., 0], both[rows, :, 1:].any(axis=2)
        labels = around[rows]
        border = outline(around, line)[rows] & (labels > 0) & ~hatched
        if hatched.any():
            down = np.arange(top, top + len(labels), dtype=np.int32)[:, None]
            labels = np.where(hatched & ((across + down) // line % 2 > 0), np.uint8(0), labels)
        tint = Image.fromarray(labels)
        tint.putpalette(bytes(palette))
        tint = tint.convert("RGB")
        picture = canvas.crop((0, top, size[0], top + len(labels)))
        canvas.paste(Image.blend(picture, tint, _STRENGTH), (0, top), _mask(labels > 0))
        canvas.paste(tint, (0, top), _mask(border))


def _shown_labels(
    prediction: Segmentation, size: tuple[int, int], threshold: float, left_out: PixelMap | None
) -> Iterator[npt.NDArray[np.uint8]]:
    """Rows of the label map, 0 where nothing is to be shown.

    Yields:
        Shape (rows, width, 2), the second plane 1 where a piece is not counted; where none is left
        out there is no such plane, which at the picture's size would take as much as the labels.
    """
    kept = np.zeros(256, np.bool_)
    kept[[segment.index for segment in prediction.segments]] = True
    least = math.ceil(threshold * 255 - 1e-9)
    maps = [prediction.label_map, prediction.confidence, *filter(None, (left_out,))]
    for labels, confidence, *uncounted in zip(*(map_rows(m, size) for m in maps), strict=True):
        shown = np.where(kept[labels] & (confidence >= least), labels, np.uint8(0))
        yield np.stack((shown, *uncounted), axis=2)


def _mask(chosen: npt.NDArray[np.bool_]) -> Image.Image:
    return Image.fromarray(chosen.view(np.uint8) * np.uint8(255))
