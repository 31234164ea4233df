"""The square of OWLv2, against SciPy where it is installed and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.images.picture_rows import PictureRows
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.square_input import square_input

CONFIG = {"image_processor_type": "Owlv2ImageProcessor", "size": {"height": 96, "width": 64}}
SIZES = [(97, 151), (151, 97), (100, 100), (40, 30), (1000, 777), (3, 500), (64, 96), (96, 96)]


def test_that_a_picture_lies_at_the_top_left_of_a_black_square() -> None:
    pixels = np.full((4, 8, 3), 200, np.uint8)
    found = square_input(PictureRows(pixels), 8, 8, 1.0)
    assert found[:4].tolist() == np.full((4, 8, 3), 200).tolist()
    assert not found[4:].any()
    doubled = square_input(PictureRows(pixels), 16, 16, 1.0)
    # Between the last row of 200 and the first of 0: a quarter from either.
    assert doubled[6:10, 0, 0].tolist() == pytest.approx([200, 150, 50, 0])


def test_that_shrinking_blurs_first() -> None:
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[::2] = 255  # finer than what is left can show
    found = square_input(PictureRows(pixels), 10, 10, 1 / 255)
    assert np.abs(found - 0.5).max() < 0.1


def test_that_boxes_are_shares_of_the_square() -> None:
    tensor, placement = preprocess(
        np.zeros((50, 100, 3), np.uint8), parse_preprocessor_config(CONFIG)
    )
    assert tensor.shape == (1, 3, 96, 64)
    assert placement.to_picture(64, 96) == pytest.approx((100, 100))
    assert placement.to_picture(32, 48) == pytest.approx((50, 50))


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_that_the_square_is_that_of_scipy(height: int, width: int) -> None:
    ndimage = pytest.importorskip("scipy.ndimage", reason="SciPy is not installed")
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 3), dtype=np.uint8)
    side = max(height, width)
    square = np.zeros((side, side, 3), np.float32)
    square[:height, :width] = pixels.astype(np.float32) / 255
    factors = np.divide(square.shape, (96, 64, 3))
    blurred = ndimage.gaussian_filter(square, np.maximum(0, (factors - 1) / 2), mode="mirror")
    expected = ndimage.zoom(blurred, 1 / factors, order=1, mode="mirror", grid_mode=True)
    expected = np.clip(expected, square.min(), square.max())
    assert np.abs(square_input(PictureRows(pixels), 96, 64, 1 / 255) - expected).max() < 2e-6
