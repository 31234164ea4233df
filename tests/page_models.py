"""A detector of text and a reader of a line, made by hand, and pages that they understand."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ailab.services.inference.sheet_draft import SheetDraft

if TYPE_CHECKING:
    import numpy.typing as npt

LETTERS = "fghij"
"""What pages are made of: letters that are bright enough to be found."""

_CHARACTERS = [*"abcdefghij", "\u3000"]
_WIDTH = 32
"""Pixels of a letter in a line 96 pixels high."""
_HALVES = (0.5, 0.5, 0.5)
_FINDS = SheetDraft(
    task="object-detection",
    decoder="text-map",
    width=1600,
    height=1600,
    resize="shrink",
    unclip_ratio=0.0,
    threshold=0.4,
)
LINE = SheetDraft(
    task="image-to-text",
    decoder="text-line",
    width=320,
    height=48,
    resize="line",
    color_order="BGR",
    mean=_HALVES,
    std=_HALVES,
)
"""The sheet of a reader of a line, as it is guessed of PaddleOCR's."""


@dataclass(frozen=True, slots=True)
class PageModels:
    """Where the two lie."""

    finder: Path
    reader: Path


def page_models(folder: Path) -> PageModels:
    """Write both, with their sheets, each into a folder of its own."""
    finder, reader = folder / "finds" / "text_det.onnx", folder / "reads" / "text_rec.onnx"
    for path in (finder, reader):
        path.parent.mkdir(parents=True, exist_ok=True)
    _save_finder(finder)
    _save_reader(reader)
    describe(finder, _FINDS)
    describe(reader, LINE)
    return PageModels(finder, reader)


def describe(path: Path, draft: SheetDraft) -> None:
    """Write a sheet beside a model."""
    path.with_suffix(".ailab.json").write_text(json.dumps(draft.fields()), encoding="utf-8")


def finder_with(path: Path, threshold: float) -> None:
    """Have it be surer of a line that is read."""
    describe(path, replace(_FINDS, threshold=threshold))


def a_line(letters: str) -> npt.NDArray[np.uint8]:
    """A picture of letters, 96 pixels high."""
    levels = np.linspace(0, 255, 12)[[_CHARACTERS.index(letter) for letter in letters]]
    row = np.repeat(np.rint(levels).astype(np.uint8), _WIDTH)
    return np.broadcast_to(row[None, :, None], (96, len(row), 3)).copy()


def a_page(*lines: tuple[int, int, str]) -> npt.NDArray[np.uint8]:
    """A black page of 800 × 900 pixels, with lines whose upper left corners are given."""
    page = np.zeros((900, 800, 3), np.uint8)
    for left, top, letters in lines:
        line = a_line(letters)
        page[top : top + len(line), left : left + line.shape[1]] = line
    return page


def _shapes(**ports: tuple[str | int, ...]) -> list[tuple[str, list[str | int | None]]]:
    return [(name, [*shape]) for name, shape in ports.items()]


def _save_finder(path: Path) -> None:
    """What is bright is text."""
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["bright"], axes=[1], keepdims=1),
        helper.make_node("Clip", ["bright"], ["map"]),
    ]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in _shapes(x=("n", 3, "h", "w"), map=("n", 1, "a", "b"))
    ]
    _save(path, helper.make_graph(nodes, "net", ports[:1], ports[1:]))


def _save_reader(path: Path) -> None:
    """Each brightness of eight columns is a letter, and the grey of what is filled up none."""
    count = len(_CHARACTERS) + 2
    levels = np.array([[[0.0, *np.linspace(-1, 1, count - 1)]]], np.float32)
    weights = [
        numpy_helper.from_array(levels, "levels"),
        numpy_helper.from_array(np.array(-2000.0, np.float32), "steep"),
        numpy_helper.from_array(np.array([1]), "axis"),
    ]
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["columns"], axes=[1, 2], keepdims=0),
        helper.make_node("Unsqueeze", ["columns", "axis"], ["row"]),
        helper.make_node("AveragePool", ["row"], ["pooled"], kernel_shape=[8], strides=[8]),
        helper.make_node("Transpose", ["pooled"], ["steps"], perm=[0, 2, 1]),
        helper.make_node("Sub", ["steps", "levels"], ["apart"]),
        helper.make_node("Mul", ["apart", "apart"], ["squares"]),
        helper.make_node("Mul", ["squares", "steep"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["answer"]),
    ]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in _shapes(x=("n", 3, "h", "w"), answer=("a", "b", count))
    ]
    graph = helper.make_graph(nodes, "net", ports[:1], ports[1:], weights)
    _save(path, graph, "\n".join(_CHARACTERS))


def _save(path: Path, graph: onnx.GraphProto, characters: str = "") -> None:
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    if characters:
        helper.set_model_props(model, {"character": characters})
    onnx.save(model, path)
