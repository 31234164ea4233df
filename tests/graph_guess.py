"""Graphs that nothing runs, and what is suggested for them."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.sheet_guess import SheetGuess, guess_sheet

Shape = list[int | str]
PICTURE: Shape = [1, 3, 640, 640]


def guess(
    folder: Path,
    outputs: dict[str, Shape],
    *,
    picture: Shape = PICTURE,
    dtype: int = TensorProto.FLOAT,
    last: str = "Conv",
    given: int = TensorProto.FLOAT,
    name: str = "net.onnx",
    **metadata: str,
) -> SheetGuess:
    """The guess for a graph that nothing runs: only its outline is read."""
    path = folder / name
    nodes = []
    for port in outputs:
        nodes.append(helper.make_node(last, ["images"], [f"{port}.raw"]))
        nodes.append(helper.make_node("Reshape", [f"{port}.raw"], [port]))
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("images", dtype, picture)],
        [helper.make_tensor_value_info(port, given, shape) for port, shape in outputs.items()],
    )
    model = helper.make_model(graph)
    helper.set_model_props(model, metadata)
    onnx.save(model, path)
    return guess_sheet(read_local_outline(path), path.name)
