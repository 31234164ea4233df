"""Pillow's pixels in the order in which they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


def bgrx_pixels(image: Image.Image) -> bytes:
    """The pixels of an RGB picture as `Picture` holds them: B, G, R, 255.

    Pillow's own `BGRX` leaves the fourth byte at 0, which Qt takes for a picture that is not
    there wherever it is drawn translucent.

    Args:
        image: of mode RGB; becomes RGBA, in place, so that a large one is not held twice.
    """
    image.putalpha(255)
    return image.tobytes("raw", "BGRA")
