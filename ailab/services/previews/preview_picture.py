"""Previews as they are kept."""

from __future__ import annotations

import io

from PIL import Image

from ailab.services.images.bgrx_pixels import bgrx_pixels
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError

_QUALITY = 88
_LEAST = 32


def encode_preview(picture: Picture) -> bytes | None:
    """A JPEG of a picture; None for one too small to tell anything."""
    if min(picture.full_width, picture.full_height) < _LEAST:
        return None
    size = (picture.width, picture.height)
    image = Image.frombuffer("RGB", size, picture.pixels, "raw", "BGRX", 0, 1)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def decode_preview(content: bytes, longest_side: int) -> Picture:
    """A preview of `encode_preview`'s own making, scaled down.

    Raises:
        PictureError: the file is damaged.
    """
    most = (longest_side, longest_side)
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            width, height = image.size
            image.draft("RGB", most)
            image.thumbnail(most)
            return Picture(image.width, image.height, bgrx_pixels(image), width, height)
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        raise PictureError(
            "A kept picture is damaged.", "It is fetched anew.", detail=repr(error)
        ) from error
