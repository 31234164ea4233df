"""Colours of 16 bits per channel, of which Pillow keeps the upper 8."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFile

from ailab.services.images.stretched import Stretched, stretched_words
from ailab.services.images.tail_values import tail_values
from ailab.services.images.tiff_greys import describe_greys
from ailab.services.images.tiff_tags import TiffTags, describe_planes
from ailab.services.images.value_range import WHOLE_RANGE, ValueRange

if TYPE_CHECKING:
    import numpy.typing as npt

_PIECE_PIXELS = 1_000_000
_UPPER_BITS = "16-bit colours: the upper 8 bits of each channel were taken."
_OTHER_ORDER = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}

Box = tuple[int, int, int, int]


def load_colours(image: Image.Image, value_range: ValueRange = WHOLE_RANGE) -> Stretched | None:
    """Load an opened picture; where it is of 16-bit colours, return what was done.

    Pillow keeps the upper 8 bits. Colours that never reach half of the range, as those of cameras
    of 12 or 14 bits do not, would be almost black: they are stretched from the least to the
    greatest value of all channels, so that the channels keep to each other. Their lower bits come
    from decoding the picture again with its bytes the other way round. Where another range than
    the whole was chosen, brighter ones are stretched as well.
    """
    if not isinstance(image, ImageFile.ImageFile) or not _is_deep(image):
        if isinstance(image, ImageFile.ImageFile):
            describe_greys(image)
        image.load()
        return None
    source, size = image.filename or image.fp, image.size  # let go of by loading
    is_first = image.tell() == 0  # else it was laid over the frames before it
    describe_planes(image)
    image.load()
    is_whole = value_range == WHOLE_RANGE
    if is_whole and any(
        band.point(lambda value: value >> 7).getbbox() for band in image.split()[:3]
    ):
        return Stretched(_UPPER_BITS)
    if source is None or not is_first or not _has_lower_bits(image):
        dark = "are dark, and " if is_whole else ""
        return Stretched(
            f"{_UPPER_BITS} They {dark}cannot be stretched as they are stored: "
            "save the picture as a 16-bit PNG."
        )
    with Image.open(source) as lower:
        if lower.size != size:
            raise OSError("the file has changed")
        describe_planes(lower)
        _swap_bytes(lower)
        lower.load()
        return _stretch(image, lower, value_range)


def _is_deep(image: ImageFile.ImageFile) -> bool:
    if image.mode not in {"RGB", "RGBA"}:
        return False
    tags = TiffTags.of(image)
    return tags.bits == 16 if tags is not None else any(";16" in str(t.args) for t in image.tile)


def _has_lower_bits(image: ImageFile.ImageFile) -> bool:
    """False where libtiff joins planes by itself, or colours are divided by alpha."""
    tags = TiffTags.of(image)
    if tags is None:
        return image.format == "PNG"
    return not (tags.is_planar and tags.is_compressed) and not tags.is_premultiplied


def _swap_bytes(image: ImageFile.ImageFile) -> None:
    image.tile = [
        tile._replace(
            args=_swapped(tile.args)
            if isinstance(tile.args, str)
            else (_swapped(tile.args[0]), *tile.args[1:])
        )
        for tile in image.tile
        if tile.args
    ]


def _swapped(raw_mode: str) -> str:
    return raw_mode[:-1] + _OTHER_ORDER[raw_mode[-1]]


def _stretch(image: Image.Image, lower: Image.Image, value_range: ValueRange) -> Stretched:
    """Write the stretched colours over the upper bits, piece by piece; alpha stays."""
    low, high = value_range.ends or _own_ends(image, lower, is_trimmed=value_range.is_trimmed)
    has_one = value_range.is_trimmed and low == high
    if has_one:
        low, high = _own_ends(image, lower, is_trimmed=False)
    if low == high:
        return Stretched(_UPPER_BITS)
    beyond = 0
    for box, values in _pieces(image, lower):
        beyond += int(np.count_nonzero((values < low) | (values > high)))
        colours = values.astype(np.float64).clip(low, high)
        colours = np.rint((colours - low) * (255 / (high - low)))
        piece = Image.fromarray(colours.astype(np.uint8))
        if image.mode == "RGBA":
            piece.putalpha(image.crop(box).getchannel("A"))
        image.paste(piece, box)
    share = beyond / (3 * image.width * image.height)
    what = stretched_words(low, high, value_range, share, is_whole=has_one)
    return Stretched(f"16-bit colours: {what}.", (low, high))


def _own_ends(image: Image.Image, lower: Image.Image, *, is_trimmed: bool) -> tuple[float, float]:
    """What becomes black and white where the picture itself tells."""
    if is_trimmed:
        return tail_values(lambda: (values for _, values in _pieces(image, lower))) or (0, 0)
    low, high = 65535, 0
    for _, values in _pieces(image, lower):
        low, high = min(low, int(values.min())), max(high, int(values.max()))
    return low, high


def _pieces(image: Image.Image, lower: Image.Image) -> Iterator[tuple[Box, npt.NDArray[np.uint16]]]:
    """Boxes that cover the picture, and their values, shape (rows, columns, 3)."""
    width, height = image.size
    columns = min(width, _PIECE_PIXELS)
    rows = _PIECE_PIXELS // columns
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            box = left, top, min(left + columns, width), min(top + rows, height)
            upper_bits = np.asarray(image.crop(box))[..., :3].astype(np.uint16)
            yield box, upper_bits << 8 | np.asarray(lower.crop(box))[..., :3]
