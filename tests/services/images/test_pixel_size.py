"""Sizes of pixels as a person writes them, and in references of pictures."""

from __future__ import annotations

import pytest

from ailab.services.images.picture_reference import PictureReference, page_alone, parse_picture
from ailab.services.images.pixel_size import PixelSize, parse_pixel_size
from ailab.services.images.value_range import ValueRange


@pytest.mark.parametrize(
    ("text", "width", "height"),
    [
        ("0.325", 0.325, 0.325),
        (" 0.325um ", 0.325, 0.325),
        ("0.325 µm", 0.325, 0.325),
        ("0.325μm", 0.325, 0.325),
        ("1.2mm", 1200.0, 1200.0),
        ("90nm", 0.09, 0.09),
        ("1.1 nm", 0.0011, 0.0011),
        ("0.325x0.65", 0.325, 0.65),
        ("325 × 650 nm", 0.325, 0.65),
        ("5e-1", 0.5, 0.5),
        (".5", 0.5, 0.5),
    ],
)
def test_that_a_size_is_read(text: str, width: float, height: float) -> None:
    size = parse_pixel_size(text)
    assert (size.width, size.height) == (width, height)
    assert parse_pixel_size(str(size)) == size


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "-1", "+1", "nan", "inf", "1e300", "1e-300", "1e999", "um", "1 furlong"),
        *("0,325", "1x", "1x2x3", "0x10", "1 2", "1/3", "9" * 79, "9" * 10**6, "0.3 um um"),
        *("1e-7", "2e9", "\uff12", "1x0", "1_0"),
    ],
)
def test_that_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_pixel_size(text)


@pytest.mark.parametrize("side", [0.0, -1.0, float("nan"), float("inf"), 1e-7, 1.1e9])
def test_that_a_pixel_has_a_size_that_can_be(side: float) -> None:
    with pytest.raises(ValueError, match="1 pm"):
        PixelSize(1.0, side)


def test_that_a_reference_keeps_the_size() -> None:
    size = PixelSize(0.325, 0.65)
    text = str(PictureReference("/a/b.tif", 3, ValueRange((2.0, 9.0)), size))
    assert text == "/a/b.tif#page=3&range=2:9&pixel=0.325x0.65"
    assert parse_picture(text) == PictureReference("/a/b.tif", 3, ValueRange((2.0, 9.0)), size)
    alone = str(PictureReference("/a/b.tif", pixel_size=PixelSize(1e-5, 1e-5)))
    assert alone == "/a/b.tif#pixel=1e-05"
    assert parse_picture(alone).pixel_size == PixelSize(1e-5, 1e-5)
    assert page_alone(text) == "/a/b.tif#page=3"
    assert page_alone(alone) == "/a/b.tif"


@pytest.mark.parametrize("name", ["/a#pixel=0.3", "/a#pixel=0.3#page=2", "/a#pixel=0", "/a#pixel="])
def test_that_a_file_may_be_called_like_one(name: str) -> None:
    assert parse_picture(str(PictureReference(name))).path == name


def test_that_both_sides_are_told_where_they_differ() -> None:
    assert PixelSize(0.325, 0.325).words == "0.325 µm"
    assert PixelSize(0.325, 0.65).words == "0.325 × 0.65 µm"
