"""Segmentation networks that end in ArgMax, by a sheet and in the Hub's layout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Segmentation

COLOURS = ["red", "green", "blue"]


def save(path: Path, *, keepdims: int) -> None:
    """Each pixel's class is its strongest colour."""
    shape = [1, 1, 8, 8] if keepdims else [1, 8, 8]
    graph = helper.make_graph(
        [helper.make_node("ArgMax", ["pixel_values"], ["logits"], axis=1, keepdims=keepdims)],
        "net",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.INT64, shape)],
    )
    opset = helper.make_opsetid("", 17)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def bare(folder: Path, keepdims: int) -> Path:
    path = folder / "net.onnx"
    save(path, keepdims=keepdims)
    sheet = {
        "format": 1,
        "task": "image-segmentation",
        "input": {"width": 8, "height": 8},
        "decoder": {"name": "label-map"},
        "labels": COLOURS,
    }
    path.with_suffix(".ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    return path


def of_the_hub(folder: Path, keepdims: int) -> Path:
    save(folder / "onnx" / "model.onnx", keepdims=keepdims)
    config = {
        "architectures": ["SegformerForSemanticSegmentation"],
        "model_type": "segformer",
        "id2label": dict(enumerate(COLOURS)),
    }
    processor = {
        "image_processor_type": "SegformerImageProcessor",
        "size": {"height": 8, "width": 8},
        "do_normalize": False,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "preprocessor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    return folder


@pytest.mark.parametrize("keepdims", [0, 1])
@pytest.mark.parametrize("layout", [bare, of_the_hub])
def test_that_class_numbers_are_shown_as_classes(
    tmp_path: Path, layout: Callable[[Path, int], Path], keepdims: int
) -> None:
    model = load_model(open_model(layout(tmp_path, keepdims)))
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, :24, 1] = 200
    pixels[:, 24:, 2] = 200
    found = model.predict(pixels).prediction
    assert isinstance(found, Segmentation)
    assert [(segment.label, segment.score) for segment in found.segments] == [
        ("green", 1.0),
        ("blue", 1.0),
    ]
    label_map = np.frombuffer(found.label_map.unpack(), np.uint8).reshape(16, 32)
    np.testing.assert_array_equal(label_map, np.where(np.arange(32) < 24, 1, 2) + 0 * label_map)
