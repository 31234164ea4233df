"""Tiny `.onnx` files for a test."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import TensorProto, helper

from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_file import SheetFile


def write_colour_model(path: Path) -> Path:
    """One that says which colour a picture is, by its mean per channel, with its sheet."""
    return _write_mean(path, "image-classification", "class-scores")


def write_vector_model(path: Path) -> Path:
    """One whose vector of a picture is its mean per channel, with its sheet."""
    return _write_mean(path, "image-feature-extraction", "features")


def _write_mean(path: Path, task: str, decoder: str) -> Path:
    values = [("pixels", [1, 3, 8, 8]), ("scores", [1, 3])]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, s) for name, s in values]
    node = helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)
    graph = helper.make_graph([node], "tiny", ports[:1], ports[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    draft = SheetDraft(task=task, decoder=decoder, width=8, height=8)
    SheetFile(str(path)).save(draft, None)
    return path
