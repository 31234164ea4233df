"""Strangers' pictures are decoded within limits."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ailab.services.decoding.decoded_picture import DecodedPicture, decoded_picture
from ailab.services.decoding.refusal import Reason, Refusal

TRANSPOSED = 6  # the camera was held upright
ORIENTATION = 0x0112


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def decoded(content: bytes) -> DecodedPicture:
    return decoded_picture(content, 720, 2000)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_that_a_transparent_picture_stands_on_white(mode: str) -> None:
    image = Image.new("RGBA", (3, 2), (9, 9, 9, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}
    picture = decoded(encoded(image, "PNG", **options))
    assert (picture.width, picture.height) == (3, 2)
    assert picture.pixels == b"\xff" * (3 * 3 * 2)


def test_that_what_is_hidden_by_transparency_does_not_bleed_into_what_is_scaled_down() -> None:
    image = Image.new("RGBA", (1440, 4), (255, 0, 0, 255))
    image.paste((0, 0, 255, 0), (720, 0, 1440, 4))
    picture = decoded(encoded(image, "PNG"))
    assert picture.width == 720
    row = [tuple(picture.pixels[at : at + 3]) for at in range(0, 3 * 720, 3)]
    assert row[100] == (255, 0, 0)
    assert row[-100] == (255, 255, 255)
    assert all(red >= 254 and green == blue for red, green, blue in row)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_that_a_large_picture_is_made_small(form: str) -> None:
    picture = decoded(encoded(Image.new("RGB", (1500, 500), (255, 0, 0)), form))
    assert (picture.width, picture.height) == (720, 240)
    assert len(picture.pixels) == 3 * 720 * 240
    red, green, blue = picture.pixels[:3]
    assert red > 250
    assert green < 5
    assert blue < 5
    assert (picture.full_width, picture.full_height) == (1500, 500)


def test_that_a_picture_is_turned_upright() -> None:
    notes = Image.Exif()
    notes[ORIENTATION] = TRANSPOSED
    picture = decoded(encoded(Image.new("RGB", (1000, 500)), "JPEG", exif=notes))
    assert (picture.width, picture.height) == (500, 1000)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.DAMAGED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.DRAWING),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Reason.DAMAGED),
        (encoded(Image.new("RGB", (30, 30)), "TIFF"), Reason.DAMAGED),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), Reason.DAMAGED),
        (encoded(Image.new("1", (6500, 6500)), "PNG", compress_level=1), Reason.TOO_LARGE),
        (encoded(Image.new("RGB", (300, 300), "red"), "PNG")[:-200], Reason.DAMAGED),
    ],
    ids=["empty", "svg", "postscript", "tiff", "truncated head", "bomb", "truncated"],
)
def test_that_what_is_no_picture_is_refused_with_a_reason(content: bytes, reason: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        decoded(content)
    assert refused.value.reason is reason
