"""Pictures made of pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_config import parse_model_config
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.output_pixels import (
    OutputImageError,
    output_for_display,
    output_image,
    output_pixels,
)
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import OutputImage
from ailab.services.inference.tasks import image_to_image
from ailab.services.inference.tasks.decoding import Decoding

SAME = Placement(6, 4, 6, 4, 1.0, 1.0)


def made(height: int, width: int) -> npt.NDArray[np.float32]:
    """Values from 0 to 1, no two alike."""
    count = height * width * 3
    return np.linspace(0, 1, count, dtype=np.float32).reshape(height, width, 3)


def decode(
    values: npt.NDArray[Any], placement: Placement = SAME, name: str = "out", **settings: Any
) -> OutputImage:
    decoding = Decoding((), DecoderSettings("image", **settings), placement)
    return output_image(image_to_image.image_values({name: values}, decoding))


def as_bytes(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    return np.rint(values * 255).astype(np.uint8)


@pytest.mark.parametrize("is_last", [True, False])
def test_that_brightness_becomes_eight_bits(is_last: bool) -> None:
    values = made(8, 12)
    tensor = values[None] if is_last else np.moveaxis(values, -1, 0)[None]
    prediction = decode(tensor)
    assert (prediction.width, prediction.height) == (12, 8)
    np.testing.assert_array_equal(output_pixels(prediction), as_bytes(values))
    assert prediction.above(0.9) is prediction


@pytest.mark.parametrize(("black", "white"), [(0.0, 255.0), (-1.0, 1.0), (0.0, 1.0)])
def test_that_black_and_white_are_what_the_settings_say_and_what_is_beyond_is_cut(
    black: float, white: float
) -> None:
    values = made(4, 6) * 1.2 - 0.1
    prediction = decode(values[None] * (white - black) + black, black=black, white=white)
    expected = as_bytes(np.clip(values, 0, 1)).astype(int)
    assert np.abs(output_pixels(prediction) - expected).max() <= 1  # where single precision halves


def test_that_what_was_mirrored_beside_the_picture_is_cut_off() -> None:
    values = made(16, 16)
    prediction = decode(values[None], Placement(6, 4, 8, 8, 1.0, 1.0), "reconstruction")
    np.testing.assert_array_equal(output_pixels(prediction), as_bytes(values)[:8, :12])


def test_that_a_letterboxed_picture_comes_out_without_its_bars() -> None:
    values = made(40, 40)
    prediction = decode(values[None], Placement(100, 50, 40, 40, 0.4, 0.4, offset_y=10))
    np.testing.assert_array_equal(output_pixels(prediction), as_bytes(values)[10:30])


def test_that_a_stretched_picture_gets_its_shape_back() -> None:
    prediction = decode(made(40, 40)[None], Placement(100, 50, 40, 40, 0.4, 0.8))
    assert (prediction.width, prediction.height) == (80, 40)


def test_that_a_picture_that_was_cut_is_refused() -> None:
    with pytest.raises(ModelFileError, match="only a part of the picture"):
        decode(made(4, 6)[None], Placement(9, 4, 6, 4, 1.0, 1.0, offset_x=-1.5))


def test_that_a_picture_too_large_to_be_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_to_image, "MAX_MAP_PIXELS", 20)
    with pytest.raises(ModelFileError, match="6 × 4 pixels, which is too large"):
        decode(made(4, 6)[None])


@pytest.mark.parametrize("shape", [(1, 1, 4, 6), (2, 3, 4, 6), (3, 4, 6), (1, 3, 0, 6)])
def test_that_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelFileError, match="three channels"):
        decode(np.zeros(shape, np.float32))


def test_that_a_config_of_super_resolution_is_understood() -> None:
    model = parse_model_config({"architectures": ["Swin2SRForImageSuperResolution"]})
    assert (model.task, model.decoder.name, model.threshold) == ("image-to-image", "image", 0.0)


def test_that_a_picture_made_is_shown_no_larger_than_is_wanted() -> None:
    prediction = output_image(as_bytes(made(40, 80)))
    shown = output_for_display(prediction, 20)
    assert (shown.width, shown.height, shown.full_width, shown.full_height) == (20, 10, 80, 40)
    assert len(shown.pixels) == 4 * 20 * 10
    whole = output_for_display(prediction, 4096)
    blue, green, red = whole.pixels[:3]
    assert (red, green, blue) == tuple(output_pixels(prediction)[0, 0])


@pytest.mark.parametrize(
    ("width", "height", "cut"), [(80, 41, 0), (0, 0, 0), (2**20, 2**20, 0), (80, 40, 50)]
)
def test_that_a_damaged_picture_is_refused(width: int, height: int, cut: int) -> None:
    png = output_image(as_bytes(made(40, 80))).png
    with pytest.raises(OutputImageError):
        output_pixels(OutputImage(width, height, png[: len(png) - cut]))
