"""Areas and lengths in words."""

from __future__ import annotations

import pytest

from ailab.services.images.pixel_size import PixelSize
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.picture_scale import PictureScale

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("side", "words"),
    [
        (0.1, "1 µm²"),
        (0.325, "10.6 µm²"),
        (1.0, "100 µm²"),
        (10.0, "10,000 µm²"),
        (100.0, "1 mm²"),
        (1e6, "100 m²"),
        (1e-3, "100 nm²"),
        (1e-6, "0.0001 nm²"),
        (1e9, "100,000,000 m²"),
    ],
)
def test_that_an_area_is_told_in_a_unit_that_fits(side: float, words: str) -> None:
    scale = PictureScale(20, 10, PixelSize(side, side))
    assert scale.of_share(0.5).replace(SPACE, " ") == words
    assert scale.of_pixels(100) == scale.of_share(0.5)


def test_that_sides_are_told_in_one_unit() -> None:
    scale = PictureScale.of(PictureResult("/a.tif", 20, 10, pixel_size=PixelSize(0.5, 0.25)))
    assert scale.of_box((1, 2, 11, 22)).replace(SPACE, " ") == "5 × 5 µm"
    assert scale.of_box((0, 0, 4000, 1)).replace(SPACE, " ") == "2 × 0.00025 mm"
    assert scale.of_box((0, 0, 0, 0)).replace(SPACE, " ") == "0 × 0 µm"
    assert scale.of_pixels(0).replace(SPACE, " ") == "0 µm²"


def test_that_nothing_is_told_where_the_size_is_not_known() -> None:
    scale = PictureScale(20, 10)
    assert (scale.of_share(0.5), scale.of_pixels(9), scale.of_box((0, 0, 9, 9))) == ("", "", "")
