"""Pictures of pages and formulas as the networks that read them take them.

Source: the image processors of Donut, Nougat (by Pillow) and PP-FormulaNet (by torchvision) in
transformers 5. They turn, resize, shrink and centre; the latter two first cut the empty margin
away. Positions in the picture are not kept track of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_rows import PictureRows
from ailab.services.inference.preprocessing import PageSteps, Resample

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

_MARGIN = 200
_LARGEST_SIDE = 16_384
_STRIP = 256
"""Rows that become grey, or are turned, at once: as fractions they take many times their memory."""


class _Part(NamedTuple):
    """A part of a picture, in whole pixels."""

    left: int
    top: int
    right: int
    bottom: int


def page_picture(image: Image.Image, how: PageSteps, resample: Resample) -> Image.Image:
    """Bring a picture to a page's size.

    Args:
        image: of mode RGB.
        how: the steps.
        resample: the filter of the first resizing.

    Returns:
        Of mode RGB, of the page's shape where `how.fills`, else of what the steps leave.

    Raises:
        PictureError: the picture is so long and narrow, or so large, that the steps leave nothing
            that fits onto the page.
    """
    size = how.width, how.height
    whole = _Part(0, 0, *image.size)
    box = whole
    if how.cuts_margin:
        box = _within_margin(image, _grey_down if how.rounds_grey_down else _grey)
    if how.turns and _lies_across(box, size):
        image = _turned(image, box)
    elif box != whole:
        image = image.crop(box)
    if how.resizes:
        image = _resized(image, _by_shortest_edge(image, min(size)), resample)
    if how.shrinks is not None and (smaller := _shrunk_size(image, size)) != image.size:
        image = _resized(image, smaller, how.shrinks, how.reducing_gap)
    return _centred(image, size) if how.fills else image


def _grey(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("L"))


def _grey_down(image: Image.Image) -> Pixels:
    """As `rgb_to_grayscale` of torchvision."""
    weights = np.array([0.2989, 0.587, 0.114], np.float32)
    grey = np.empty((image.height, image.width), np.uint8)
    rows = PictureRows(image)
    for top in range(0, image.height, _STRIP):
        red, green, blue = np.moveaxis(rows[top : top + _STRIP].astype(np.float32), -1, 0)
        grey[top : top + _STRIP] = red * weights[0] + green * weights[1] + blue * weights[2]
    return grey


def _within_margin(image: Image.Image, grey_of: Callable[[Image.Image], Pixels]) -> _Part:
    """What is darker than light grey, and all between, once darkest is black and lightest white."""
    grey = grey_of(image)
    lowest, highest = int(grey.min()), int(grey.max())
    if lowest == highest:
        return _Part(0, 0, *image.size)
    levels = (np.arange(256) - lowest) / (highest - lowest) * 255
    is_dark = (levels < _MARGIN)[grey]
    rows, columns = np.flatnonzero(is_dark.any(axis=1)), np.flatnonzero(is_dark.any(axis=0))
    return _Part(*map(int, (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)))


def _turned(image: Image.Image, box: _Part) -> Image.Image:
    """A part of a picture turned by 90°, clockwise.

    Strip by strip: a part and the same part turned would both be whole beside the picture.
    """
    height = box.bottom - box.top
    turned = Image.new("RGB", (height, box.right - box.left))
    for top in range(box.top, box.bottom, _STRIP):
        bottom = min(top + _STRIP, box.bottom)
        strip = image.crop((box.left, top, box.right, bottom))
        turned.paste(strip.transpose(Image.Transpose.ROTATE_270), (box.bottom - bottom, 0))
    return turned


def _lies_across(box: _Part, size: tuple[int, int]) -> bool:
    width, height = box.right - box.left, box.bottom - box.top
    page_width, page_height = size
    is_upright_page, is_wide_page = page_width < page_height, page_width > page_height
    return (is_upright_page and width > height) or (is_wide_page and width < height)


def _by_shortest_edge(image: Image.Image, edge: int) -> tuple[int, int]:
    width, height = image.size
    if width <= height:
        return edge, int(edge * height / width)
    return int(edge * width / height), edge


def _shrunk_size(image: Image.Image, size: tuple[int, int]) -> tuple[int, int]:
    (width, height), (page_width, page_height) = image.size, size
    new_height, new_width = min(height, page_height), min(width, page_width)
    if (new_height, new_width) == (height, width):
        return width, height
    if height > width:
        new_width = int(width * new_height / height)
    elif width > height:
        new_height = int(height * new_width / width)
    return new_width, new_height


def _resized(
    image: Image.Image, size: tuple[int, int], resample: Resample, gap: float | None = None
) -> Image.Image:
    if not all(0 < side <= _LARGEST_SIDE for side in size):
        raise _no_page(image)
    return image.resize(size, resample=Image.Resampling(resample.value), reducing_gap=gap)


def _centred(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.width > size[0] or image.height > size[1]:
        raise _no_page(image)
    page = Image.new("RGB", size)
    page.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return page


def _no_page(image: Image.Image) -> PictureError:
    return PictureError(
        "The picture does not fit onto the page that this model reads "
        f"({image.width} × {image.height} pixels).",
        "Cut it into pieces first.",
    )
