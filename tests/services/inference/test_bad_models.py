"""Models in Hugging Face layout that are damaged or lie, through the service and a real worker."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper
from worker_lab import SharedWorker

from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, Segmentation
from ailab.services.lab_error import LabError

CONFIG = {
    "architectures": ["ViTForImageClassification"],
    "id2label": {"0": "red", "1": "green", "2": "blue"},
}
PREPROCESSOR = {"image_processor_type": "ViTImageProcessor", "size": {"height": 8, "width": 8}}

Lay = Callable[..., Path]


def network(operator: str = "ReduceMean", *, outside: bool = False) -> bytes:
    """A network of any input size; `outside` keeps a weight in a file of its own."""
    first = helper.make_node(operator, ["pixel_values"], ["all"])
    if operator == "ReduceMean":
        first.attribute.append(helper.make_attribute("axes", [2, 3]))
        first.attribute.append(helper.make_attribute("keepdims", 0))
    graph = helper.make_graph(
        [
            first,
            helper.make_node("Mul" if outside else "Identity", ["all"], ["logits"]),
        ],
        "net",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["b", 3, "h", "w"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)],
    )
    if outside:
        weights = TensorProto(
            name="w", data_type=TensorProto.FLOAT, dims=[3], data_location=TensorProto.EXTERNAL
        )
        weights.external_data.add(key="location", value="model.onnx_data")
        weights.external_data.add(key="length", value="12")
        graph.initializer.append(weights)
        graph.node[1].input.append("w")
    opset = helper.make_opsetid("", 17)
    model: onnx.ModelProto = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    return bytes(model.SerializeToString())


_NUMBERS = itertools.count()


@pytest.fixture
def lay(colour_worker: SharedWorker) -> Lay:
    """Lays a model out as the Hub does, where the worker may read it; whole but for what is given.

    Each is called `model`, and lies in a folder of its own.
    """

    def lay_out(
        weights: bytes | None = None,
        *,
        config: object = None,
        preprocessor: object = None,
        data: bytes | None = None,
    ) -> Path:
        folder = colour_worker.folder / f"{next(_NUMBERS)}" / "model"
        (folder / "onnx").mkdir(parents=True)
        (folder / "onnx" / "model.onnx").write_bytes(network() if weights is None else weights)
        if data is not None:
            (folder / "onnx" / "model.onnx_data").write_bytes(data)
        for name, value in (
            ("config.json", CONFIG if config is None else config),
            ("preprocessor_config.json", PREPROCESSOR if preprocessor is None else preprocessor),
        ):
            text = value if isinstance(value, str) else json.dumps(value)
            (folder / name).write_text(text, encoding="utf-8")
        return folder

    return lay_out


async def run(service: InferenceService, model: Path, picture: str) -> PictureResult:
    opened = await service.open(str(model))
    return await service.predict(opened, picture, threshold=0.5, save_to=None)


def refusal(worker: SharedWorker, model: Path, picture: str) -> LabError:
    """What the service says of a model, the worker and the next model none the worse for it."""

    async def refused(service: InferenceService) -> LabError:
        good = await service.open(str(worker.folder / "colour.onnx"))
        await service.load(good)
        pid = service.worker_pid
        with pytest.raises((ModelFileError, WorkerError)) as caught:
            await run(service, model, picture)
        result = await service.predict(good, picture, threshold=0.5, save_to=None)
        assert isinstance(result.prediction, Classification)
        assert service.worker_pid == pid
        return caught.value

    error = worker.carry_out(refused)
    assert error.message.endswith(".")
    assert error.advice.endswith(".")
    return error


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"weights": b"garbage" * 100}, "model.onnx is damaged, or is no ONNX model"),
        ({"weights": network()[:60]}, "model.onnx is damaged, or is no ONNX model"),
        ({"weights": b""}, "model.onnx is empty"),
        ({"weights": b"<!doctype html><p>Sign in"}, "model.onnx is damaged"),
        ({"weights": b"version https://git-lfs.github.com/spec/v1\n"}, "without Git LFS"),
        ({"weights": network(outside=True)}, "its weights in another file, which is missing"),
        ({"weights": network(outside=True), "data": b"123"}, "or the file beside it"),
    ],
)
def test_that_damaged_weights_are_told_and_the_worker_lives_on(
    lay: Lay, colour_worker: SharedWorker, green_picture: str, files: dict[str, bytes], said: str
) -> None:
    error = refusal(colour_worker, lay(**files), green_picture)
    assert said in error.message
    assert "ownload it" in error.advice
    assert error.detail


@pytest.mark.parametrize(
    ("operator", "config", "said"),
    [
        ("ReduceMean", {"id2label": {"0": "red"}}, "names 1 class, but its network scores 3"),
        ("ReduceMean", {"id2label": list("abcd")}, "names 4 classes, but its network scores 3"),
        (
            "Identity",
            {"architectures": ["XForSemanticSegmentation"], "id2label": ["a", "b"]},
            "names 2 classes, but its network scores 3",
        ),
        ("ReduceMean", {"id2label": {"999999999": "x"}}, "numbers a class 999999999"),
        ("ReduceMean", {"architectures": ["DetrForObjectDetection"]}, "expected logits and pred_b"),
        ("ReduceMean", {"architectures": ["XForSemanticSegmentation"]}, "of 4 dimensions"),
        ("ReduceMean", {"architectures": ["XForInstanceSegmentation"]}, "logits and pred_masks"),
        ("Identity", {}, "expected one score per class, found logits 1×3×8×8"),
        ("Identity", {"architectures": ["GPT2LMHeadModel"]}, "GPT2LMHeadModel"),
    ],
)
def test_that_a_config_that_lies_is_told_and_the_worker_lives_on(
    lay: Lay,
    colour_worker: SharedWorker,
    green_picture: str,
    operator: str,
    config: dict[str, object],
    said: str,
) -> None:
    model = lay(network(operator), config=CONFIG | config)
    assert said in refusal(colour_worker, model, green_picture).message


@pytest.mark.parametrize(
    ("preprocessor", "said"),
    [
        ({"size": {"height": 10**6, "width": 10**6}}, '"size.height" is not a whole number'),
        ({"size": {"height": 30_000, "width": 30_000}}, '"size.height" is not a whole number'),
        ({"size": {"height": 16_000, "width": 16_000}}, "16000 × 16000 pixels"),
        ({"do_center_crop": True, "crop_size": 16_000}, "16000 × 16000 pixels"),
        ({"do_pad": True, "pad_size": {"height": 9_000, "width": 8_000}}, "8000 × 9000 pixels"),
        ({"size": {"shortest_edge": 16_000}}, "21333 × 16000 pixels, which cannot be right"),
        ({"size": {"height": -8, "width": 8}}, '"size.height"'),
        ({"size": {"height": float("nan"), "width": 8}}, '"size.height"'),
        ({"image_mean": [float("inf")] * 3}, '"image_mean"'),
        ({"image_mean": [10**400] * 3}, '"image_mean"'),
        ({"rescale_factor": 1e308}, "numbers that are not numbers"),
    ],
)
def test_that_a_preprocessor_that_lies_is_told_and_the_worker_lives_on(
    lay: Lay,
    colour_worker: SharedWorker,
    green_picture: str,
    preprocessor: dict[str, Any],
    said: str,
) -> None:
    model = lay(preprocessor=PREPROCESSOR | preprocessor)
    assert said in refusal(colour_worker, model, green_picture).message


def test_that_a_network_larger_than_any_memory_is_told_and_the_worker_lives_on(
    lay: Lay, colour_worker: SharedWorker, green_picture: str
) -> None:
    model = onnx.load_from_string(network())
    side = helper.make_tensor("side", TensorProto.INT64, [2], [10**7, 10**7])
    model.graph.initializer.append(side)
    model.graph.node[1].CopyFrom(helper.make_node("Add", ["all", "mean"], ["logits"]))
    model.graph.node.insert(0, helper.make_node("ConstantOfShape", ["side"], ["huge"]))
    model.graph.node.insert(1, helper.make_node("ReduceMean", ["huge"], ["mean"], keepdims=0))
    error = refusal(colour_worker, lay(model.SerializeToString()), green_picture)
    assert "not enough memory to run model on green.png" in error.message
    assert "smaller model" in error.advice


@pytest.mark.parametrize("architecture", ["XForImageClassification", "XForSemanticSegmentation"])
async def test_that_names_nobody_can_read_are_made_readable_in_result_and_files(
    lay: Lay, green_picture: str, tmp_path: Path, architecture: str
) -> None:
    names = ["\ud83d", "two\nlines\x1b[31m\u202e" + "x" * 100_000, {"a": 1}]
    operator = "Identity" if "Segmentation" in architecture else "ReduceMean"
    model = lay(network(operator), config={"architectures": [architecture], "id2label": names})
    service = InferenceService()
    try:
        opened = await service.open(str(model))
        result = await service.predict(opened, green_picture, threshold=0.1, save_to=tmp_path)
    finally:
        await service.close()
    assert result.problem is None
    assert (opened.labels[0], opened.labels[2]) == ("LABEL_0", "LABEL_2")
    found = result.prediction
    assert isinstance(found, Classification | Segmentation)
    best = found.scores[0] if isinstance(found, Classification) else found.segments[0]
    assert best.label.startswith("two lines[31mxxx")
    assert len(best.label) == 200
