"""ONNX exports of timm's models, which need neither timm nor torchvision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.features import Features
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

_CONFIG: dict[str, Any] = {
    "model_type": "timm_wrapper",
    "architectures": ["TimmWrapperForImageClassification"],
    "architecture": "mobilenetv4_conv_small",
    "num_classes": 3,
    "label_names": ["reddish", "greenish", "bluish"],
    "pretrained_cfg": {"input_size": [3, 32, 32], "crop_pct": 1.0, "mean": [0.0], "std": [1.0]},
}


def lay_out(
    folder: Path, config: dict[str, Any], processor: dict[str, Any], output: str = "logits"
) -> Path:
    """A network whose three numbers are the mean of each colour."""
    (folder / "onnx").mkdir(parents=True)
    shape = numpy_helper.from_array(np.array([1, 3], np.int64), "shape")
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["pixel_values"], ["pooled"]),
            helper.make_node("Reshape", ["pooled", "shape"], [output]),
        ],
        "net",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, 3])],
        [shape],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / "onnx" / "model.onnx")
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return folder


@pytest.mark.parametrize(
    "processor",
    [
        {"image_processor_type": "TimmWrapperImageProcessor", "architecture": "x"},
        {"pretrained_cfg": {"input_size": [3, 32, 32], "crop_pct": 1.0, "mean": [0.0]}},
        {"image_processor_type": "ViTFeatureExtractor", "size": 32, "image_mean": [0, 0, 0]},
    ],
)
def test_that_an_export_runs_with_its_own_names(tmp_path: Path, processor: dict[str, Any]) -> None:
    model = open_model(lay_out(tmp_path / "model", _CONFIG, processor))
    assert (model.engine, model.task) == ("onnxruntime", "image-classification")
    green = np.zeros((40, 60, 3), np.uint8)
    green[..., 1] = 200
    found = load_model(model).predict(green).prediction
    assert isinstance(found, Classification)
    assert found.scores[0].label == "greenish"
    assert [each.label for each in found.scores[1:]] == ["reddish", "bluish"]


def test_that_an_export_of_a_feature_extractor_gives_its_vector(tmp_path: Path) -> None:
    config = _CONFIG | {"architectures": ["TimmWrapperModel"]}
    processor = {"image_processor_type": "TimmWrapperImageProcessor"}
    folder = lay_out(tmp_path / "model", config, processor, "pooler_output")
    model = open_model(folder)
    assert model.task == "image-feature-extraction"
    blue = np.zeros((40, 60, 3), np.uint8)
    blue[..., 2] = 255
    found = load_model(model).predict(blue).prediction
    assert isinstance(found, Features)
    np.testing.assert_allclose(found.vector.unpack()[0], [0, 0, 1], atol=1e-6)
