"""Pictures of pages and formulas as the networks that read them take them.

Source: the image processors of Donut, Nougat (by Pillow) and PP-FormulaNet (by torchvision) in
transformers 5. They turn, resize, shrink and centre; the latter two first cut the empty margin
away. Positions in the picture are not kept track of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.preprocessing import PageSteps, Resample

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

_MARGIN = 200
_LARGEST_SIDE = 16_384
_STRIP = 256
"""Rows that become grey at once: as fractions they take many times their memory."""


def page_picture(pixels: Pixels, how: PageSteps, resample: Resample) -> Pixels:
    """Bring a picture to a page's size.

    Args:
        pixels: R, G, B, shape (height, width, 3).
        how: the steps.
        resample: the filter of the first resizing.

    Returns:
        R, G, B, of the page's shape where `how.fills`, else of what the steps leave.

    Raises:
        PictureError: the picture is so long and narrow, or so large, that the steps leave nothing
            that fits onto the page.
    """
    size = how.height, how.width
    if how.cuts_margin:
        pixels = _without_margin(pixels, _grey_down if how.rounds_grey_down else _grey)
    if how.turns and _lies_across(pixels, size):
        pixels = np.rot90(pixels, 3)
    if how.resizes:
        pixels = _resized(pixels, _by_shortest_edge(pixels, min(size)), resample)
    if how.shrinks is not None and (smaller := _shrunk_size(pixels, size)) != pixels.shape[:2]:
        pixels = _resized(pixels, smaller, how.shrinks, how.reducing_gap)
    return _centred(pixels, size) if how.fills else np.ascontiguousarray(pixels)


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(pixels).convert("L"))


def _grey_down(pixels: Pixels) -> Pixels:
    """As `rgb_to_grayscale` of torchvision."""
    weights = np.array([0.2989, 0.587, 0.114], np.float32)
    grey = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(pixels), _STRIP):
        red, green, blue = np.moveaxis(pixels[top : top + _STRIP].astype(np.float32), -1, 0)
        grey[top : top + _STRIP] = red * weights[0] + green * weights[1] + blue * weights[2]
    return grey


def _without_margin(pixels: Pixels, grey_of: Callable[[Pixels], Pixels]) -> Pixels:
    """What is darker than light grey, and all between, once darkest is black and lightest white."""
    grey = grey_of(pixels)
    lowest, highest = int(grey.min()), int(grey.max())
    if lowest == highest:
        return pixels
    levels = (np.arange(256) - lowest) / (highest - lowest) * 255
    is_dark = (levels < _MARGIN)[grey]
    rows, columns = np.flatnonzero(is_dark.any(axis=1)), np.flatnonzero(is_dark.any(axis=0))
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _lies_across(pixels: Pixels, size: tuple[int, int]) -> bool:
    (height, width), (page_height, page_width) = pixels.shape[:2], size
    is_upright_page, is_wide_page = page_width < page_height, page_width > page_height
    return (is_upright_page and width > height) or (is_wide_page and width < height)


def _by_shortest_edge(pixels: Pixels, edge: int) -> tuple[int, int]:
    height, width = pixels.shape[:2]
    if width <= height:
        return int(edge * height / width), edge
    return edge, int(edge * width / height)


def _shrunk_size(pixels: Pixels, size: tuple[int, int]) -> tuple[int, int]:
    (height, width), (page_height, page_width) = pixels.shape[:2], size
    new_height, new_width = min(height, page_height), min(width, page_width)
    if (new_height, new_width) == (height, width):
        return height, width
    if height > width:
        new_width = int(width * new_height / height)
    elif width > height:
        new_height = int(height * new_width / width)
    return new_height, new_width


def _resized(
    pixels: Pixels, size: tuple[int, int], resample: Resample, gap: float | None = None
) -> Pixels:
    height, width = size
    if not (0 < height <= _LARGEST_SIDE and 0 < width <= _LARGEST_SIDE):
        raise _no_page(pixels)
    image = Image.fromarray(np.ascontiguousarray(pixels)).resize(
        (width, height), resample=Image.Resampling(resample.value), reducing_gap=gap
    )
    return np.asarray(image)


def _centred(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    height, width = pixels.shape[:2]
    if height > size[0] or width > size[1]:
        raise _no_page(pixels)
    page = np.zeros((*size, 3), np.uint8)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    page[top : top + height, left : left + width] = pixels
    return page


def _no_page(pixels: Pixels) -> PictureError:
    height, width = pixels.shape[:2]
    return PictureError(
        f"The picture does not fit onto the page that this model reads ({width} × {height} "
        "pixels).",
        "Cut it into pieces first.",
    )
