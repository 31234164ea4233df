"""Graphs that answer any picture with the same numbers, to be laid out as repositories are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Shape = list[int | str]


def save_constant(
    path: Path,
    answers: Mapping[str, npt.NDArray[np.float32]],
    *,
    picture: Shape,
    name: str = "images",
    free: tuple[str, ...] = (),
) -> None:
    """Write an `.onnx` file.

    Args:
        path: of the file.
        answers: what it gives, by name.
        picture: the shape of what it takes.
        name: of its input.
        free: names of outputs whose first axis is said to be of any length.
    """
    nodes = [helper.make_node("ReduceMean", [name], ["bright"], axes=[0, 1, 2, 3], keepdims=0)]
    nodes.append(helper.make_node("Mul", ["bright", "nothing"], ["zero"]))
    constants = [numpy_helper.from_array(np.array(0, np.float32), "nothing")]
    outputs = []
    for port, values in answers.items():
        constants.append(numpy_helper.from_array(values.astype(np.float32), f"{port}.told"))
        nodes.append(helper.make_node("Add", [f"{port}.told", "zero"], [port]))
        shape: Shape = list(values.shape)
        if port in free:
            shape[0] = "found"
        outputs.append(helper.make_tensor_value_info(port, TensorProto.FLOAT, shape))
    taken = helper.make_tensor_value_info(name, TensorProto.FLOAT, picture)
    graph = helper.make_graph(nodes, "constant", [taken], outputs, constants)
    path.parent.mkdir(parents=True, exist_ok=True)
    opset = helper.make_opsetid("", 13)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def describe(folder: Path, config: Mapping[str, Any], processor: Mapping[str, Any] | None) -> None:
    """Write `config.json`, and `preprocessor_config.json` where there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    if processor is not None:
        (folder / "preprocessor_config.json").write_text(json.dumps(processor), "utf-8")
