"""A network that never comes to an end."""

from __future__ import annotations

import json
from pathlib import Path

import onnx
from onnx import TensorProto, helper


def write_endless_model(path: Path) -> Path:
    """Write a classifier that loops 2^60 times, with its sheet beside it."""
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["go_on_out"]),
            helper.make_node("Sin", ["x"], ["x_out"]),
        ],
        "turn",
        [
            value("turn", TensorProto.INT64, []),
            value("go_on", TensorProto.BOOL, []),
            value("x", TensorProto.FLOAT, None),
        ],
        [value("go_on_out", TensorProto.BOOL, []), value("x_out", TensorProto.FLOAT, None)],
    )
    turns = helper.make_tensor("turns", TensorProto.INT64, [], [2**60])
    graph = helper.make_graph(
        [
            helper.make_node("Constant", [], ["turns"], value=turns),
            helper.make_node("Loop", ["turns", "", "pixels"], ["sines"], body=body),
            helper.make_node("ReduceMean", ["sines"], ["scores"], axes=[2, 3], keepdims=0),
        ],
        "endless",
        [value("pixels", TensorProto.FLOAT, [1, 3, 8, 8])],
        [value("scores", TensorProto.FLOAT, [1, 3])],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    sheet = {
        "format": 1,
        "task": "image-classification",
        "input": {"width": 8, "height": 8},
        "decoder": {"name": "class-scores"},
    }
    path.with_suffix(".ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    return path
