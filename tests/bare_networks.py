"""Tiny bare `.onnx` files with their sheets: vectors, depths, points, pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

_SIDE = 16
_THINGS = 3
_NODE = helper.make_node
_POINTS = np.array(
    # cx, cy, w, h, score, then x, y, score of two points
    [8, 8, 10, 8, 0.5, 5, 6, 0.7, 11, 9, 0.4],
    np.float32,
)


def _moved() -> dict[str, Any]:
    """Columns of a pose's numbers, each moved by how bright the picture is."""
    columns = _POINTS[None, :, None] * np.array([0.4, 0.7, 1.0], np.float32)
    return {"columns": columns.astype(np.float32), "share": np.full((1, 11, 3), 0.1, np.float32)}


_NETWORKS: dict[str, tuple[str, str, Sequence[NodeProto], dict[str, Any], Sequence[int]]] = {
    "vectors": (
        "image-feature-extraction",
        "features",
        [
            _NODE("AveragePool", ["pixels"], ["pooled"], kernel_shape=[4, 4], strides=[4, 4]),
            _NODE("Flatten", ["pooled"], ["out"]),
        ],
        {},
        [1, 48],
    ),
    "depths": (
        "depth-estimation",
        "depth",
        [_NODE("ReduceMean", ["pixels"], ["out"], axes=[1], keepdims=0)],
        {},
        [1, _SIDE, _SIDE],
    ),
    "points": (
        "keypoint-detection",
        "yolo-pose-columns",
        [
            _NODE("ReduceMean", ["pixels"], ["bright"], axes=[1, 2, 3], keepdims=0),
            _NODE("Mul", ["share", "bright"], ["more"]),
            _NODE("Add", ["columns", "more"], ["out"]),
        ],
        _moved(),
        [1, 11, _THINGS],
    ),
    "pictures": (
        "image-to-image",
        "image",
        [_NODE("AveragePool", ["pixels"], ["out"], kernel_shape=[3, 3], pads=[1, 1, 1, 1])],
        {},
        [1, 3, _SIDE, _SIDE],
    ),
}
BARE_NETWORKS = tuple(_NETWORKS)


def write_bare_network(folder: Path, name: str) -> Path:
    """Write one of `BARE_NETWORKS` into a folder; the path of its `.onnx` file."""
    task, decoder, nodes, weights, shape = _NETWORKS[name]
    ports = {"pixels": [1, 3, _SIDE, _SIDE], "out": shape}
    taken, given = (
        helper.make_tensor_value_info(port, TensorProto.FLOAT, sides)
        for port, sides in ports.items()
    )
    tensors = [numpy_helper.from_array(values, key) for key, values in weights.items()]
    graph = helper.make_graph(list(nodes), name, [taken], [given], tensors)
    opset = [helper.make_opsetid("", 17)]
    path = folder / f"{name}.onnx"
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    resize = {"resize": "tiles", "overlap": 2} if task == "image-to-image" else {}
    sheet = {
        "format": 1,
        "task": task,
        "input": {"width": _SIDE, "height": _SIDE, **resize},
        "decoder": {"name": decoder},
    }
    path.with_suffix(".ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    return path
