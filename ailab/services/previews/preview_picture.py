"""A stranger's picture made into a preview."""

from __future__ import annotations

import io

from PIL import Image

from ailab.services.images.picture import Picture
from ailab.services.model_card.card_picture import read_card_picture

SIDE = 480
"""Pixels of a kept preview's longest side."""
_QUALITY = 88
_LEAST = 32


def encode_preview(content: bytes) -> bytes | None:
    """A small JPEG of a picture, upright, on white; None for one too small to tell anything.

    Raises:
        PictureError: of a format that is not shown, damaged or too large.
    """
    picture = read_card_picture(content, widest=SIDE, highest=SIDE)
    if min(picture.full_width, picture.full_height) < _LEAST:
        return None
    size = (picture.width, picture.height)
    image = Image.frombuffer("RGB", size, picture.pixels, "raw", "BGRX", 0, 1)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def decode_preview(content: bytes, longest_side: int) -> Picture:
    """A kept preview, scaled down.

    Raises:
        PictureError: the file is damaged.
    """
    return read_card_picture(content, widest=longest_side, highest=longest_side)
