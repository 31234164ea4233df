"""Greys of more than 8 bits, brought to 8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ailab.services.images.noise_words import noise_words
from ailab.services.images.stretched import Stretched, outlier_words, stretched_words
from ailab.services.images.tail_values import tail_values
from ailab.services.images.tiff_tags import TiffTags
from ailab.services.images.value_range import WHOLE_RANGE, ValueRange

if TYPE_CHECKING:
    import numpy.typing as npt

_AT_ONCE = 4_000_000


def is_stretched(image: Image.Image) -> bool:
    """True for one channel of more than 8 bits per pixel, or of signed numbers."""
    if image.mode in {"F", "I"} or image.mode.startswith("I;16"):
        return True
    tags = TiffTags.of(image)
    return tags is not None and image.mode == "L" and tags.is_signed


def stretch(
    image: Image.Image, value_range: ValueRange = WHOLE_RANGE
) -> tuple[Image.Image, Stretched]:
    """A grey picture's values to 0 to 255, linearly; and which these are.

    By default its own minimum becomes 0 and its maximum 255. Where a TIFF says that zero is white,
    it is the other way round. Values that are no finite numbers count as the minimum (NaN, -inf)
    or maximum (inf), and those beyond the range as its ends. A picture of one value becomes black,
    unless the range was chosen. Works piece by piece, so that memory stays bounded.

    Args:
        image: one for which `is_stretched` holds.
        value_range: what is stretched.

    Returns:
        A picture of mode `L`, and what was done.
    """
    tags = TiffTags.of(image)
    is_inverted = tags is not None and tags.is_white_zero
    values = _values(image, tags)
    least, greatest, strange = _range(values)

    def tails() -> tuple[float, float] | None:
        return tail_values(lambda: _pieces(values))

    trimmed = tails() if value_range.is_trimmed else None
    low, high = value_range.ends or trimmed or (least, greatest)
    if has_one := value_range.is_trimmed and low == high:  # as ImageJ does
        low, high = least, greatest
    span = high - low
    grey = np.zeros(values.size, np.uint8)
    beyond, levels = 0, np.zeros(256, np.int64)
    for top in range(0, values.size if span > 0 else 0, _AT_ONCE):
        piece = values[top : top + _AT_ONCE].astype(np.float64)
        piece = np.nan_to_num(piece, copy=False, nan=low, posinf=high, neginf=low)
        if value_range != WHOLE_RANGE:
            beyond += int(np.count_nonzero((piece < low) | (piece > high)))
            piece = piece.clip(low, high, out=piece)
        scaled = np.rint((piece - low) * (255 / span)).astype(np.uint8)
        if value_range == WHOLE_RANGE:
            levels += np.bincount(scaled, minlength=256)
        grey[top : top + _AT_ONCE] = 255 - scaled if is_inverted else scaled
    if strange == values.size:
        what = "no value is a finite number, so it is black."
    elif span == 0:
        what = f"every value is {low:.6g}, so it is black."
    else:
        what = stretched_words(low, high, value_range, beyond / values.size, is_whole=has_one)
        what += f"{', the least to white' if is_inverted else ''}."
        what += outlier_words(levels, tails) if value_range == WHOLE_RANGE else ""
        if value_range.ends is None:
            what += noise_words(values.reshape(image.height, image.width), low, high)
    if 0 < strange < values.size:
        what += f" {strange:,} are NaN, which counts as the least, or infinite."
    done = Stretched(f"{_kind(image, tags)} picture: {what}", (low, high) if span > 0 else None)
    return Image.fromarray(grey.reshape(image.height, image.width)), done


def _pieces(values: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    for top in range(0, values.size, _AT_ONCE):
        yield values[top : top + _AT_ONCE]


def _values(image: Image.Image, tags: TiffTags | None) -> npt.NDArray[Any]:
    """The picture's numbers, row by row."""
    values = np.asarray(image).reshape(-1)
    if tags is not None and image.mode == "L" and tags.is_signed:
        return values.view(np.int8)
    if tags is not None and image.mode.startswith("I;16") and tags.is_floating:
        return values.view(np.dtype(np.float16).newbyteorder(values.dtype.byteorder))
    if tags is not None and image.mode == "I" and tags.is_unsigned and tags.bits == 32:
        return values.view(np.uint32)  # Pillow's mode is signed
    return values


def _kind(image: Image.Image, tags: TiffTags | None) -> str:
    if image.mode == "F" or (tags is not None and tags.is_floating):
        return "Floating-point"
    if tags is not None:
        return f"Signed {tags.bits}-bit" if tags.is_signed else f"{tags.bits}-bit"
    # Netpbm's greys of 16 bits have Pillow's mode of 32.
    return "32-bit" if image.mode == "I" and image.format != "PPM" else "16-bit"


def _range(values: npt.NDArray[Any]) -> tuple[float, float, int]:
    """The least and the greatest finite value, and how many are not finite."""
    if values.dtype.kind != "f":
        return float(values.min()), float(values.max()), 0
    low, high, count = np.inf, -np.inf, 0
    for top in range(0, values.size, _AT_ONCE):
        piece = values[top : top + _AT_ONCE]
        finite = piece[np.isfinite(piece)]
        count += finite.size
        low, high = finite.min(initial=low), finite.max(initial=high)
    return (float(low), float(high), values.size - count) if count else (0.0, 0.0, values.size)
