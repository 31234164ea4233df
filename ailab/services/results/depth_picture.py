"""A depth map as pictures: one to be measured in, one to be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.inference.cubic_interpolation import interpolated
from ailab.services.inference.depth_levels import nearness
from ailab.services.inference.predictions import DepthMap
from ailab.services.inference.unpacked_rows import UnpackedRows
from ailab.services.results.depth_colors import depth_colors

if TYPE_CHECKING:
    import numpy.typing as npt

_WHITE = 65_535
_STRENGTH = 0.8
"""How much of a depth's colour covers the picture, 0 to 1."""


def depth_samples(prediction: DepthMap, size: tuple[int, int]) -> npt.NDArray[np.uint16]:
    """The depths at a picture's size, in 16 bits.

    0 stands for the map's minimum and 65535 for its maximum, linear between them; what
    interpolation puts beyond is brought back. 0 everywhere where all depths are equal.

    Args:
        prediction: its map is brought to the size as `cubic_interpolation` says.
        size: width and height of the picture in pixels.

    Returns:
        uint16, shape (height, width).
    """
    extent = prediction.maximum - prediction.minimum
    samples = np.zeros((size[1], size[0]), np.uint16)
    if extent > 0:
        for rows, values in depth_rows(prediction, size):
            share = ((values - prediction.minimum) / extent).clip(0, 1)
            samples[rows] = np.rint(share * _WHITE)
    return samples


def color_depths(canvas: Image.Image, size: tuple[int, int], prediction: DepthMap) -> None:
    """Lay the depths over a picture in colours, dark for far and bright for near.

    Args:
        canvas: in RGB, drawn on in place, strip by strip; the picture is at its top left.
        size: width and height of the picture there; the map is brought to it as
            `cubic_interpolation` says.
        prediction: the depths.
    """
    for rows, colors in _colors(prediction, size):
        picture = canvas.crop((0, rows.start, size[0], rows.stop))
        colored = Image.blend(picture, Image.fromarray(colors), _STRENGTH)
        canvas.paste(colored, (0, rows.start))


def depth_picture(prediction: DepthMap, size: tuple[int, int]) -> Image.Image:
    """The depths alone in colours, as `color_depths` has them, as an RGB picture of a size."""
    picture = np.empty((size[1], size[0], 3), np.uint8)
    for rows, colors in _colors(prediction, size):
        picture[rows] = colors
    return Image.fromarray(picture)


def depth_rows(
    prediction: DepthMap, size: tuple[int, int]
) -> Iterator[tuple[slice, npt.NDArray[np.float32]]]:
    """The depths at a picture's size, strip by strip, as `interpolated` gives them.

    Yields:
        Rows, and their values, float32 of shape (rows, width).

    Raises:
        PixelMapError: the map is damaged.
    """
    if (prediction.width, prediction.height) != size:
        yield from interpolated(UnpackedRows(prediction.depth), size[1], size[0])
        return
    top = 0
    for values in prediction.depth.strips():
        yield slice(top, top + len(values)), values
        top += len(values)


def _colors(
    prediction: DepthMap, size: tuple[int, int]
) -> Iterator[tuple[slice, npt.NDArray[np.uint8]]]:
    table = np.array(depth_colors(), np.uint8)
    for rows, values in depth_rows(prediction, size):
        yield rows, table[(nearness(values, prediction) * 255 + 0.5).astype(np.uint8)]
