"""A packed map's rows at a picture's size, strip by strip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.inference.pixel_map import PixelMap

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

_STRIP_PIXELS = 250_000


def rows_at_once(width: int) -> int:
    """How many rows of this many pixels make a strip."""
    return max(1, _STRIP_PIXELS // width)


def map_rows(values: PixelMap, size: tuple[int, int]) -> Iterator[Bytes]:
    """The map's rows from the top, `rows_at_once` at a time.

    A map of another size is brought to it by taking the nearest, since a label between two others
    means nothing; for that it has to be unpacked whole.

    Args:
        values: a byte for each pixel.
        size: width and height of what is wanted.

    Yields:
        Shape (rows, width).
    """
    width, height = size
    rows = rows_at_once(width)
    if (values.width, values.height) == size:
        for strip in values.strips(rows):
            yield np.frombuffer(strip, np.uint8).reshape(-1, width)
        return
    scaled = map_pixels(values, size)
    for top in range(0, height, rows):
        yield scaled[top : top + rows]


def map_pixels(values: PixelMap, size: tuple[int, int]) -> Bytes:
    """The whole map at a size, shape (height, width); see `map_rows`."""
    own = values.width, values.height
    pixels = np.empty((values.height, values.width), np.uint8)
    top = 0
    for rows in map_rows(values, own):  # unpacked at once it would be held twice for a moment
        pixels[top : top + len(rows)] = rows
        top += len(rows)
    if own == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST))


def windows(strips: Iterator[Bytes], reach: int) -> Iterator[tuple[int, Bytes, slice]]:
    """Strips of rows together with the rows around them.

    Args:
        strips: each of shape (rows, width).
        reach: how many rows above and below each strip belong to it, as far as there are any.

    Yields:
        The strip's first row; its rows and those around them; and where the strip lies in these.
    """
    held, first, top = next(strips), 0, 0
    step = len(held)
    while True:
        while first + len(held) < top + step + reach and (more := next(strips, None)) is not None:
            held = np.concatenate([held, more])
        end = min(top + step, first + len(held))
        if end == top:
            return
        yield top, held[: end + reach - first], slice(top - first, end - first)
        top = end
        gone = max(0, top - reach - first)
        held, first = held[gone:], first + gone
