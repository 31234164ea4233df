"""Tiny ONNX models, a picture, and a word from the worker."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image
from worker_lab import SharedWorker, shared_worker

from endless_model import write_endless_model

SHEET = {
    "format": 1,
    "task": "image-classification",
    "input": {"width": 8, "height": 8},
    "decoder": {"name": "class-scores", "activation": "softmax"},
    "labels": ["red", "green", "blue"],
}
FLOAT = TensorProto.FLOAT


def _save_model(
    path: Path, nodes: list[onnx.NodeProto], outputs: list[int], **sheet: object
) -> Path:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("scores", FLOAT, outputs)],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    path.with_suffix(".ailab.json").write_text(json.dumps(SHEET | sheet))
    return path


def _save_colour_model(folder: Path) -> Path:
    nodes = [helper.make_node("ReduceMean", ["pixels"], ["scores"], axes=[2, 3], keepdims=0)]
    return _save_model(folder / "colour.onnx", nodes, [1, 3])


@pytest.fixture
def colour_model(tmp_path: Path) -> Path:
    """Says which colour a picture is, by its mean per channel."""
    return _save_colour_model(tmp_path)


@pytest.fixture(scope="module")
def colour_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedWorker]:
    """A worker for a file's tests; `colour.onnx` lies in its folder, for other models to follow."""
    folder = tmp_path_factory.mktemp("models")
    _save_colour_model(folder)
    with shared_worker(folder) as worker:
        yield worker


@pytest.fixture
def endless_model(tmp_path: Path) -> Path:
    return write_endless_model(tmp_path / "endless.onnx")


@pytest.fixture
def green_picture(tmp_path: Path) -> str:
    path = tmp_path / "green.png"
    Image.new("RGB", (40, 30), (10, 250, 20)).save(path)
    return str(path)


@pytest.fixture
def is_running(monkeypatch: pytest.MonkeyPatch) -> Callable[[], asyncio.Event]:
    """An event for the worker's word that it runs the network."""
    log = logging.getLogger("ailab.services.inference.worker_process")

    def watch() -> asyncio.Event:
        loop, event = asyncio.get_running_loop(), asyncio.Event()

        def debug(message: str, *arguments: object) -> None:
            if "running" in message % arguments:
                loop.call_soon_threadsafe(event.set)

        monkeypatch.setattr(log, "debug", debug)
        return event

    return watch


@pytest.fixture
def save_model() -> Callable[..., Path]:
    """Saves a network from 1 x 3 x 8 x 8 `pixels` to `scores` with its sheet."""
    return _save_model
