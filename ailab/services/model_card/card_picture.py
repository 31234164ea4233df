"""Pictures of cards, decoded without trust."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from ailab.services.images.bgrx_pixels import bgrx_pixels
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_MOST_PIXELS = 40_000_000
_WIDEST, _HIGHEST = 720, 2000
_KEEP_OFF = "Open the model's page to see it."


def read_card_picture(content: bytes, *, widest: int = _WIDEST, highest: int = _HIGHEST) -> Picture:
    """Decode a picture, on white where it is transparent.

    Args:
        content: the file; of an animation the first frame is shown.
        widest: pixels that it may be wide; a larger one is scaled down.
        highest: pixels that it may be high.

    Raises:
        PictureError: of another format, damaged, or of more than 40 megapixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused or mended here
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                return _decoded(image, (widest, highest))
    except PictureError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        is_drawing = b"<svg" in content[:1000].lower()
        raise PictureError(
            "It is a drawing (SVG), which ailab does not show."
            if is_drawing
            else "It is damaged, or of a kind that ailab does not show.",
            _KEEP_OFF,
            detail=f"{type(error).__name__}: {error}",
        ) from error


def _decoded(image: Image.Image, most: tuple[int, int]) -> Picture:
    width, height = image.size
    if width * height > _MOST_PIXELS:
        raise PictureError(f"It is too large: {width} × {height} pixels.", _KEEP_OFF)
    image.draft("RGB", most)
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        upright = Image.new("RGB", layer.size, "white")
        upright.paste(layer, mask=layer.getchannel("A"))
    rgb = upright.convert("RGB")
    rgb.thumbnail(most)
    pixels = bgrx_pixels(rgb)
    return Picture(rgb.width, rgb.height, pixels, width, height)
