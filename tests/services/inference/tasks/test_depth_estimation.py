"""One number per pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_config import parse_model_config
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import DepthMap, DepthScale
from ailab.services.inference.tasks import depth_estimation
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

WHOLE = Placement(300, 200, 6, 4, 6 / 300, 4 / 200)
DEPTHS = np.arange(24, dtype=np.float32).reshape(4, 6) / 3


def decode(
    outputs: dict[str, npt.NDArray[Any]],
    placement: Placement = WHOLE,
    scale: DepthScale = DepthScale.INVERSE,
) -> DepthMap:
    settings = DecoderSettings("depth", depth_scale=scale)
    prediction = DECODERS["depth"](outputs, Decoding((), settings, placement))
    assert isinstance(prediction, DepthMap)
    return prediction


@pytest.mark.parametrize("shape", [(1, 4, 6), (1, 1, 4, 6), (1, 4, 6, 1)])
def test_that_the_networks_numbers_are_kept_as_they_are(shape: tuple[int, ...]) -> None:
    prediction = decode({"out": DEPTHS.reshape(shape)}, scale=DepthScale.METRES)
    assert (prediction.width, prediction.height, prediction.scale) == (6, 4, DepthScale.METRES)
    np.testing.assert_array_equal(prediction.depth.unpack(), DEPTHS)
    assert (prediction.minimum, prediction.maximum) == (0.0, float(DEPTHS.max()))
    assert prediction.median == pytest.approx(11.5 / 3)


def test_that_half_and_double_precision_are_read() -> None:
    for kind in (np.float16, np.float64):
        depth = decode({"predicted_depth": DEPTHS[None].astype(kind)}).depth.unpack()
        np.testing.assert_allclose(depth, DEPTHS, rtol=1e-3)


def test_that_the_predicted_depth_is_taken_among_others() -> None:
    outputs = {"field_of_view": np.ones((1, 1, 1)), "predicted_depth": DEPTHS[None]}
    assert decode(outputs).width == 6


@pytest.mark.parametrize("shape", [(1, 2, 4, 6), (2, 4, 6), (1, 5), (1, 0, 6)])
def test_that_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelFileError, match="one channel of depths"):
        decode({"predicted_depth": np.zeros(shape, np.float32)})


def test_that_numbers_beyond_single_precision_are_refused() -> None:
    with (
        np.errstate(over="ignore"),
        pytest.raises(ModelFileError, match="depths that are finite numbers"),
    ):
        decode({"predicted_depth": np.full((1, 4, 6), 1e300)})


def test_that_the_bars_of_a_letterbox_are_cut_off() -> None:
    # 100 × 50 pixels in the middle of an input of 40 × 40, whose map has half of its size.
    letterboxed = Placement(100, 50, 40, 40, 0.4, 0.4, offset_y=10)
    depth = np.full((20, 20), -1, np.float32)
    depth[5:15] = np.arange(10)[:, None] + 1
    prediction = decode({"predicted_depth": depth[None]}, letterboxed)
    assert (prediction.width, prediction.height) == (20, 10)
    np.testing.assert_allclose(prediction.depth.unpack()[:, 3], np.arange(10) + 1, atol=1e-6)


def test_that_a_border_between_two_cells_is_interpolated() -> None:
    letterboxed = Placement(100, 30, 40, 40, 0.4, 0.4, offset_y=14)
    ramp = np.repeat(np.arange(20, dtype=np.float32)[:, None], 20, axis=1)
    prediction = decode({"predicted_depth": ramp[None]}, letterboxed)
    assert (prediction.width, prediction.height) == (20, 6)
    np.testing.assert_allclose(prediction.depth.unpack()[:, 0], np.arange(7, 13), atol=1e-5)


def test_that_a_picture_that_was_cut_is_refused() -> None:
    cut = Placement(300, 200, 6, 4, 6 / 200, 4 / 200, offset_x=-1.5)
    with pytest.raises(ModelFileError, match="only a part of the picture") as caught:
        decode({"predicted_depth": DEPTHS[None]}, cut)
    assert "letterbox" in caught.value.advice


def test_that_a_map_of_another_shape_than_the_input_is_refused() -> None:
    with pytest.raises(ModelFileError, match=r"6 × 4 pixels with depths of another shape, 4 × 6"):
        decode({"predicted_depth": np.zeros((1, 6, 4), np.float32)})


def test_that_a_map_of_nearly_the_inputs_shape_is_taken() -> None:
    tall = Placement(300, 200, 60, 40, 60 / 300, 40 / 200)
    depth = decode({"predicted_depth": np.zeros((1, 3, 4), np.float32)}, tall)
    assert (depth.height, depth.width) == (3, 4)


def test_that_a_map_of_very_many_pixels_is_kept_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth_estimation, "MOST_PIXELS", 6)
    prediction = decode({"predicted_depth": DEPTHS[None]})
    assert (prediction.width, prediction.height) == (3, 2)
    assert 0 < prediction.minimum < prediction.maximum < float(DEPTHS.max())


@pytest.mark.parametrize(
    ("config", "scale"),
    [
        ({"model_type": "depth_anything"}, DepthScale.INVERSE),
        (
            {"model_type": "depth_anything", "depth_estimation_type": "relative"},
            DepthScale.INVERSE,
        ),
        ({"model_type": "depth_anything", "depth_estimation_type": "metric"}, DepthScale.METRES),
        (
            {"model_type": "prompt_depth_anything", "depth_estimation_type": "metric"},
            DepthScale.DISTANCE,
        ),
        ({"model_type": "dpt"}, DepthScale.INVERSE),
        ({"model_type": "glpn"}, DepthScale.METRES),
    ],
)
def test_that_a_config_says_what_the_numbers_mean(
    config: dict[str, str], scale: DepthScale
) -> None:
    model = parse_model_config({"architectures": ["XForDepthEstimation"], **config})
    assert (model.task, model.labels, model.threshold) == ("depth-estimation", (), 0.0)
    assert (model.decoder.name, model.decoder.depth_scale) == ("depth", scale)
