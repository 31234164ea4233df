"""Networks of one grey channel in Hugging Face layout, on ONNX Runtime."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from digit_network import SIDE, a_digit, recogniser

from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import describe_model, open_model

PROCESSOR = {
    "image_processor_type": "ViTImageProcessor",
    "size": {"height": SIDE, "width": SIDE},
    "image_mean": [0.5],
    "image_std": [0.5],
}


def lay_out(folder: Path, config: dict[str, Any], **processor: Any) -> Path:
    (folder / "onnx").mkdir()
    digits = [a_digit(number) for number in range(8)]
    onnx.save(recogniser(digits), folder / "onnx" / "model.onnx")
    names = {"architectures": ["ViTForImageClassification"], "model_type": "vit"}
    names["id2label"] = {str(number): str(number) for number in range(8)}  # type: ignore[assignment]  # JSON
    (folder / "config.json").write_text(json.dumps(names | config))
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSOR | processor))
    return folder


@pytest.mark.parametrize("values", [[0.5], 0.5, [0.5, 0.5, 0.5]])
@pytest.mark.parametrize(
    "config",
    [
        {"num_channels": 1},
        {"backbone_config": {"num_channels": 1}},
        {"vision_config": {"num_channels": 1}},
    ],
)
def test_that_a_folder_that_says_one_channel_is_given_grey(
    tmp_path: Path, config: dict[str, Any], values: object
) -> None:
    folder = lay_out(tmp_path, config, image_mean=values, image_std=values)
    how = describe_model(folder).preprocessing
    assert (how.channels, how.mean, how.std) == (1, (0.5,), (0.5,))
    # Twice the contrast from a grey middle: the same digit is the nearest of those with its size.
    assert load_model(open_model(folder)).predict(np.asarray(a_digit(7))).prediction is not None


def test_that_a_folder_whose_means_are_of_colours_is_refused(tmp_path: Path) -> None:
    folder = lay_out(tmp_path, {"num_channels": 1}, image_mean=[0.4, 0.5, 0.6])
    with pytest.raises(ModelFileError, match="takes grey pictures, of one channel"):
        open_model(folder)


@pytest.mark.parametrize("count", [2, 4, 13])
def test_that_a_folder_of_other_channels_is_refused(tmp_path: Path, count: int) -> None:
    folder = lay_out(tmp_path, {"num_channels": count})
    with pytest.raises(ModelFileError, match=f"takes pictures of {count} channels; ailab gives"):
        open_model(folder)


def test_that_a_folder_that_does_not_say_its_channels_is_told_where_to(tmp_path: Path) -> None:
    folder = lay_out(tmp_path, {})
    with pytest.raises(DescriptionError, match="of one channel, and its description gives") as told:
        load_model(open_model(folder))
    assert '"num_channels" in config.json' in told.value.advice
