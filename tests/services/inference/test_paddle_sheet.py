"""PaddleDetection's exports: a network that is told how a picture was resized, by a sheet."""

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
from ailab.services.inference.guess_words import looks_like
from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Detections
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_fit import misfit
from ailab.services.inference.sheet_guess import SheetGuess, guess_sheet

HEIGHT, WIDTH = 32, 64
PICTURE = np.full((40, 200, 3), 255, np.uint8)
ROWS = np.array(
    [[1, 0.9, 8, 4, 40, 20], [0, 0.8, 0, 0, 64, 32], [-1, 0.7, 0, 0, 0, 0], [0, 0.01, 1, 1, 2, 2]],
    np.float32,
)
"""Class, score and box in the network's input."""


def save(
    path: Path,
    *,
    has_shape: bool = False,
    count: int | None = 4,
    rows: Any = ROWS,
    columns: int = 6,
) -> Path:
    """Rows of boxes in the network's input become those in the picture, as PaddleDetection's do.

    Without `im_shape` boxes are divided by the growth (PP-YOLOE); with it they are shares of the
    picture's size, which is reckoned from both (RT-DETR's `DETRPostProcess`).
    """
    node, sides = helper.make_node, np.array([[WIDTH, HEIGHT, WIDTH, HEIGHT]], np.float32)
    constants = {
        "first": rows[:, :2],
        "boxes": rows[:, 2:],
        "sides": sides,
        "turned": np.array([1, 0, 1, 0]),
        "none": np.array(0, np.float32),
        "half": np.array(0.5, np.float32),
        "count": np.array([count or 0], np.int32),
    }
    nodes = [node("ReduceSum", ["image"], ["all"], keepdims=0), node("Mul", ["all", "none"], ["z"])]
    if has_shape:
        nodes += [
            node("Div", ["im_shape", "scale_factor"], ["shares"]),
            node("Add", ["shares", "half"], ["nearly"]),
            node("Floor", ["nearly"], ["size"]),
            node("Gather", ["size", "turned"], ["across"], axis=1),
            node("Div", ["boxes", "sides"], ["of_one"]),
            node("Mul", ["of_one", "across"], ["told"]),
        ]
    else:
        nodes += [
            node("Gather", ["scale_factor", "turned"], ["across"], axis=1),
            node("Div", ["boxes", "across"], ["told"]),
        ]
    nodes += [
        node("Concat", ["first", "told"], ["both"], axis=1),
        node("Add", ["both", "z"], ["multiclass_nms3_0.tmp_0"]),
        node("Identity", ["count"], ["multiclass_nms3_0.tmp_2"]),
    ]
    value = helper.make_tensor_value_info
    inputs = [value("image", TensorProto.FLOAT, ["n", 3, HEIGHT, WIDTH])]
    inputs += [value("im_shape", TensorProto.FLOAT, ["n", 2])] if has_shape else []
    inputs += [value("scale_factor", TensorProto.FLOAT, ["n", 2])]
    outputs = [value("multiclass_nms3_0.tmp_0", TensorProto.FLOAT, ["rows", columns])]
    if count is not None:
        outputs.append(value("multiclass_nms3_0.tmp_2", TensorProto.INT32, [1]))
    tensors = [numpy_helper.from_array(values, name) for name, values in constants.items()]
    graph = helper.make_graph(nodes, "net", inputs, outputs, tensors)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def guess(path: Path) -> SheetGuess:
    return guess_sheet(read_local_outline(path), path.name)


def found(path: Path, draft: SheetDraft, pixels: Any = PICTURE) -> list[tuple[Any, ...]]:
    path.with_suffix(".ailab.json").write_text(json.dumps(draft.fields()), encoding="utf-8")
    prediction = load_model(open_model(path)).predict(pixels).prediction
    assert isinstance(prediction, Detections)
    return [
        (item.class_id, round(item.score, 2), *(round(side, 1) for side in item.box))
        for item in prediction.items
    ]


@pytest.mark.parametrize("has_shape", [False, True])
@pytest.mark.parametrize("size", [(40, 200), (33, 57), (200, 31)])
def test_that_boxes_lie_in_the_picture_itself(
    tmp_path: Path, size: tuple[int, int], *, has_shape: bool
) -> None:
    path = save(tmp_path / "net.onnx", has_shape=has_shape)
    across, down = size[1] / WIDTH, size[0] / HEIGHT
    boxes = [(1, 0.9, 8, 4, 40, 20), (0, 0.8, 0, 0, WIDTH, HEIGHT)]
    expected = np.array(boxes) * (1, 1, across, down, across, down)
    pixels = np.full((*size, 3), 255, np.uint8)
    assert np.array(found(path, guess(path).draft, pixels)) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("resize", ["letterbox", "shortest-edge", "none", "shrink"])
def test_that_pictures_are_stretched_and_nothing_else(tmp_path: Path, resize: str) -> None:
    # RT-DETR's boxes are shares of all that goes in; what is filled up would shift them.
    path = save(tmp_path / "net.onnx")
    with pytest.raises(SheetError, match=r'"input.resize" must be stretch with paddle-rows'):
        found(path, replace(guess(path).draft, resize=resize))


def test_that_rows_that_are_filled_up_do_not_count(tmp_path: Path) -> None:
    path = save(tmp_path / "net.onnx", count=1)
    assert [item[:2] for item in found(path, guess(path).draft)] == [(1, 0.9)]
    path = save(tmp_path / "net.onnx", count=None)
    assert [item[:2] for item in found(path, guess(path).draft)] == [(1, 0.9), (0, 0.8)]


@pytest.mark.parametrize(
    ("name", "mean", "whose"),
    [
        ("rtdetr_r18vd_6x_coco.onnx", None, "RT-DETR and PP-YOLOE+"),
        ("ppyoloe_plus_crn_s_80e_coco.onnx", None, "RT-DETR and PP-YOLOE+"),
        ("ppyoloe_crn_l_300e_coco.onnx", (0.485, 0.456, 0.406), "PP-YOLOE, PicoDet and YOLO v3"),
        ("picodet_s_320_coco.onnx", (0.485, 0.456, 0.406), "PP-YOLOE, PicoDet and YOLO v3"),
        ("best.onnx", None, "RT-DETR and PP-YOLOE+"),
    ],
)
def test_that_what_is_guessed_is_said(
    tmp_path: Path, name: str, mean: tuple[float, ...] | None, whose: str
) -> None:
    path = save(tmp_path / name, has_shape=True)
    told = guess(path)
    assert (told.obstacle, told.draft.decoder) == ("", "paddle-rows")
    assert (told.draft.resize, told.draft.resample) == ("stretch", "bicubic")
    assert told.draft.mean == mean
    assert whose in told.notes[-1]
    assert "infer_cfg.yml" in told.notes[-1]
    words = "a detector of PaddleDetection (finished boxes), 64 × 32"
    assert looks_like(read_local_outline(path), name) == words


def test_that_no_other_decoder_reads_what_is_told_in_the_picture_s_pixels(tmp_path: Path) -> None:
    path = save(tmp_path / "net.onnx")
    wrong = replace(guess(path).draft, decoder="box-rows")
    with pytest.raises(SheetError, match="its decoder is paddle-rows"):
        found(path, wrong)
    plain = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, 8, 8])
    rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", 6])
    nodes = [helper.make_node("Identity", ["images"], ["rows"])]
    onnx.save(helper.make_model(helper.make_graph(nodes, "net", [plain], [rows])), path)
    draft = SheetDraft(task="object-detection", decoder="paddle-rows", width=8, height=8)
    assert "this one has none" in misfit(read_local_outline(path), draft)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[0, 7, 0, 0, 9, 9]], "scores from 0 to 1"),
        ([[0, 0.9, 9, 0, 2, 9]], "sides are not negative"),
        ([[1e6, 0.9, 0, 0, 9, 9]], "numbers of classes"),
    ],
)
def test_that_rows_of_other_numbers_are_refused(
    tmp_path: Path, rows: list[list[float]], expected: str
) -> None:
    path = save(tmp_path / "net.onnx", rows=np.array(rows, np.float32), count=1)
    with pytest.raises(ModelFileError, match=expected):
        found(path, guess(path).draft)
