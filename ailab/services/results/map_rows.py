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

_STRIP_PIXELS = 500_000


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
    image = Image.frombuffer("L", (values.width, values.height), values.unpack())
    scaled = np.asarray(image.resize(size, Image.Resampling.NEAREST))
    for top in range(0, height, rows):
        yield scaled[top : top + rows]


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
