"""Pictures of cards are decoded within limits."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.model_card.card_picture import read_card_picture


def encoded(image: Image.Image, form: str) -> bytes:
    out = io.BytesIO()
    image.save(out, form)
    return out.getvalue()


def test_that_a_transparent_picture_stands_on_white() -> None:
    picture = read_card_picture(encoded(Image.new("RGBA", (3, 2), (9, 9, 9, 0)), "PNG"))
    assert (picture.width, picture.height) == (3, 2)
    assert picture.pixels[:3] == b"\xff\xff\xff"
    assert picture.pixels == b"\xff" * (4 * 3 * 2)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_that_a_large_picture_is_made_small(form: str) -> None:
    picture = read_card_picture(encoded(Image.new("RGB", (3000, 1000), (255, 0, 0)), form))
    assert (picture.width, picture.height) == (720, 240)
    blue, green, red, opaque = picture.pixels[:4]
    assert opaque == 255
    assert red > 250
    assert blue < 5
    assert green < 5
    assert (picture.full_width, picture.full_height) == (3000, 1000)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "damaged"),
        (encoded(Image.new("1", (9000, 9000)), "PNG"), "too large"),
        (encoded(Image.new("RGB", (300, 300), "red"), "PNG")[:-200], "damaged"),
    ],
)
def test_that_what_is_no_picture_is_refused_with_a_reason(content: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        read_card_picture(content)
