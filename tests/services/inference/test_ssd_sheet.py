"""Detectors with boxes and scores in outputs of their own, by a sheet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.model_sheet import read_sheet
from ailab.services.inference.network import TensorSpec
from ailab.services.inference.open_model import open_model
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.predictions import Detections
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_guess import guess_sheet
from ailab.services.inference.sheet_json import read_draft


def save(folder: Path, **outputs: Any) -> Path:
    """Gives the same boxes and scores for each picture that is not black."""
    nodes = [helper.make_node("ReduceMax", ["images"], ["brightest"], keepdims=0)]
    constants, given = [], []
    for name, values in outputs.items():
        constants.append(numpy_helper.from_array(values, f"{name}.all"))
        nodes.append(helper.make_node("Cast", ["brightest"], [f"{name}.b"], to=1))
        if values.dtype == np.float32:
            nodes.append(helper.make_node("Mul", [f"{name}.all", f"{name}.b"], [name]))
        else:
            nodes.append(helper.make_node("Identity", [f"{name}.all"], [name]))
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        given.append(helper.make_tensor_value_info(name, kind, values.shape))
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 20, 20])
    graph = helper.make_graph(nodes, "net", [images], given, constants)
    opset = helper.make_opsetid("", 17)
    path = folder / "net.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def describe(path: Path, draft: SheetDraft) -> None:
    path.with_suffix(".ailab.json").write_text(json.dumps(draft.fields()), encoding="utf-8")


def boxes_of(path: Path) -> list[tuple[str, tuple[float, ...]]]:
    found = load_model(open_model(path)).predict(np.full((40, 80, 3), 255, np.uint8)).prediction
    assert isinstance(found, Detections)
    return [(item.label, tuple(round(side, 2) for side in item.box)) for item in found.items]


def test_that_what_is_guessed_of_a_detector_with_scores_per_class_runs(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        boxes=np.array([[[0.25, 0.5, 0.5, 0.75], [0, 0, 0.1, 0.1]]], np.float32),
        scores=np.array([[[0.2, 0.8], [1.0, 0.0]]], np.float32),
    )
    draft = guess_sheet(read_local_outline(path), path.name).draft
    describe(path, replace(draft, labels=("face",)))
    assert boxes_of(path) == [("face", (20, 20, 40, 30))]


def test_that_what_is_guessed_of_finished_detections_runs(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        boxes=np.array([[[5, 10, 10, 15], [0, 0, 6, 6]]], np.float32),
        labels=np.array([[2, 1]], np.int64),
        scores=np.array([[0.8, 0.6]], np.float32),
    )
    draft = guess_sheet(read_local_outline(path), path.name).draft
    describe(path, replace(draft, labels=("cat", "dog")))
    assert boxes_of(path) == [("dog", (20, 20, 40, 30)), ("cat", (0, 0, 24, 12))]


def sized(folder: Path, kind: int = TensorProto.INT64) -> Path:
    """Tells a box of the size that it is told, as RT-DETR's own export does."""
    box = np.array([[[0.25, 0.5, 0.5, 0.75], [0, 0, 1, 1]]], np.float32)
    constants: dict[str, Any] = {
        "shares": box,
        "labels.all": np.array([[1, 0]], np.int64),
        "scores.all": np.array([[0.8, 0.6]], np.float32),
        "axis": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Cast", ["orig_target_sizes"], ["sizes"], to=1),
        helper.make_node("Concat", ["sizes", "sizes"], ["twice"], axis=1),
        helper.make_node("Unsqueeze", ["twice", "axis"], ["factors"]),
        helper.make_node("Mul", ["shares", "factors"], ["boxes"]),
        helper.make_node("Identity", ["labels.all"], ["labels"]),
        helper.make_node("ReduceMax", ["images"], ["brightest"], keepdims=0),
        helper.make_node("Mul", ["scores.all", "brightest"], ["scores"]),
    ]
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "net",
        [info("images", 1, [1, 3, 20, 40]), info("orig_target_sizes", kind, [1, 2])],
        [info("labels", 7, [1, 2]), info("boxes", 1, [1, 2, 4]), info("scores", 1, [1, 2])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    opset = helper.make_opsetid("", 17)
    path = folder / "net.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


@pytest.mark.parametrize("kind", [TensorProto.INT64, TensorProto.INT32, TensorProto.FLOAT])
def test_that_a_network_is_told_of_what_size_its_boxes_are(kind: int, tmp_path: Path) -> None:
    path = sized(tmp_path, kind)
    found = guess_sheet(read_local_outline(path), path.name)
    assert found.obstacle == ""
    assert found.notes[-1].endswith("as RT-DETR and D-FINE take them. Compare them on a picture.")
    describe(path, replace(found.draft, labels=("cat", "dog")))
    assert boxes_of(path) == [("dog", (20, 20, 40, 30)), ("cat", (0, 0, 80, 40))]


def test_that_what_a_letterbox_fills_up_is_counted_in_the_size_of_boxes(tmp_path: Path) -> None:
    path = sized(tmp_path)
    draft = guess_sheet(read_local_outline(path), path.name).draft
    describe(path, replace(draft, resize="letterbox", pad_position="top-left"))
    wide = load_model(open_model(path)).predict(np.full((40, 40, 3), 255, np.uint8)).prediction
    assert isinstance(wide, Detections)
    assert wide.items[0].box == pytest.approx((20, 20, 40, 30))


@pytest.mark.parametrize(("dtype", "shape"), [("bool", (1, 2)), ("int64", (1, 4)), ("int64", (2,))])
def test_that_another_input_of_sizes_is_refused(
    dtype: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    path = sized(tmp_path)
    describe(path, guess_sheet(read_local_outline(path), path.name).draft)
    how = read_sheet(path.with_suffix(".ailab.json"), path).preprocessing
    specs = [
        TensorSpec("images", "float32", (1, 3, 20, 40)),
        TensorSpec("orig_target_sizes", dtype, shape),
    ]
    with pytest.raises(ModelFileError, match=r"orig_target_sizes takes .*, not width and height"):
        picture_input(specs, how)


def test_that_finished_boxes_whose_sides_are_negative_are_refused(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        boxes=np.array([[[15, 10, 5, 15]]], np.float32),
        labels=np.array([[2]], np.int64),
        scores=np.array([[0.8]], np.float32),
    )
    describe(path, guess_sheet(read_local_outline(path), path.name).draft)
    with pytest.raises(ModelFileError, match="boxes whose sides are not negative"):
        boxes_of(path)


def test_that_a_draft_keeps_what_its_sheet_says(tmp_path: Path) -> None:
    draft = SheetDraft("object-detection", "ssd", box_order="yxyx", has_background=True)
    assert draft.fields()["decoder"] == {
        "name": "ssd",
        "nms_iou": 0.45,
        "box_order": "yxyx",
        "has_background": True,
    }
    assert read_draft(draft.fields(), "net.ailab.json", SheetDraft()) == (draft, ())


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"box_order": "cxcy"}, "one of: xyxy, yxyx"),
        ({"has_background": 1}, "must be true or false"),
    ],
)
def test_that_a_wrong_field_is_refused(tmp_path: Path, field: dict[str, Any], said: str) -> None:
    path = save(tmp_path, boxes=np.zeros((1, 2, 4), np.float32))
    sheet = SheetDraft("object-detection", "ssd").fields()
    sheet["decoder"] |= field
    path.with_suffix(".ailab.json").write_text(json.dumps(sheet), encoding="utf-8")
    with pytest.raises(SheetError, match=said):
        open_model(path)
