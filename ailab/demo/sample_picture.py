"""Small drawn pictures for models that have none of their own."""

from __future__ import annotations

import colorsys
import hashlib
import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

_SIZE = 256


@cache
def draw_sample(subject: str) -> bytes:
    """A JPEG of 256 by 256 pixels: soft discs in a colour of the subject's own.

    The same subject gives the same picture; it takes a few milliseconds.
    """
    chances = iter(hashlib.shake_256(subject.encode()).digest(256))
    hue = next(chances) / 255
    image = Image.new("RGB", (_SIZE, _SIZE), _color(hue, 0.6, 0.12))
    canvas = ImageDraw.Draw(image)
    for _ in range(14 + next(chances) % 20):
        x, y, radius = next(chances), next(chances), 8 + next(chances) % 20
        stretch = 0.6 + next(chances) / 400
        lit = _color(hue + next(chances) / 2000, 0.65, 0.45 + next(chances) / 500)
        canvas.ellipse((x - radius, y - radius * stretch, x + radius, y + radius * stretch), lit)
    stream = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.6)).save(stream, "JPEG", quality=82)
    return stream.getvalue()


def _color(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, min(value, 1.0))
    return round(255 * red), round(255 * green), round(255 * blue)
