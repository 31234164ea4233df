"""A network that scores each colour by its mean, with a sheet beside it, and how it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.inference_errors import ModelFileError

Shape = list[int | str]


def classifier(
    shape: Shape,
    *,
    dtype: int = TensorProto.FLOAT,
    name: str = "pixel_values",
    extra: tuple[str, Shape] | None = None,
    factor: float = 1.0,
) -> onnx.ModelProto:
    """Each colour's mean, times a factor, is a class's score."""
    axes = [1, 2] if shape[-1] == 3 else [2, 3]
    inputs = [helper.make_tensor_value_info(name, dtype, shape)]
    if extra is not None:
        inputs.append(helper.make_tensor_value_info(extra[0], TensorProto.INT64, extra[1]))
    nodes = [
        helper.make_node("Cast", [name], ["picture"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["picture"], ["means"], axes=axes, keepdims=0),
        helper.make_node("Mul", ["means", "factor"], ["logits"]),
    ]
    if extra is not None:
        nodes.append(helper.make_node("Cast", [extra[0]], ["seen"], to=TensorProto.FLOAT))
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)]
    factors = numpy_helper.from_array(np.array(factor, np.float32), "factor")
    graph = helper.make_graph(nodes, "g", inputs, outputs, [factors])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def save(folder: Path, model: onnx.ModelProto | bytes, **field: Any) -> Path:
    """A model with a sheet beside it."""
    path = folder / "net.onnx"
    path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    sheet = {
        "format": 1,
        "task": "image-classification",
        "input": {"width": 8, "height": 8, **field},
        "decoder": {"name": "class-scores"},
    }
    (folder / "net.ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    return path


def refusal(run: Callable[[], object]) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        run()
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
    return caught.value
