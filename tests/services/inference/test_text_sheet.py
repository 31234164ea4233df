"""Detectors of text as bare `.onnx` files, by a sheet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image
from worker_lab import serving

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.inference import missing_packages
from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import describe_model, open_model
from ailab.services.inference.predictions import Detections
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_guess import SheetGuess, guess_sheet
from ailab.services.inference.sheet_json import read_draft

FREE = ["n", 3, "p2o.DynamicDimension.1", "p2o.DynamicDimension.2"]
MAP = ["n", 1, "p2o.DynamicDimension.4", "p2o.DynamicDimension.5"]
BRIGHT = SheetDraft(
    task="object-detection", decoder="text-map", width=640, height=320, resize="shrink"
)


def save(
    folder: Path,
    name: str = "PP-OCRv4_det.onnx",
    size: list[Any] = FREE,
    given: list[Any] = MAP,
    last: str = "Clip",
) -> Path:
    """A network for which what is bright is text."""
    nodes = [
        helper.make_node("ReduceMean", ["x"], ["bright"], axes=[1], keepdims=1),
        helper.make_node(last, ["bright"], ["map"]),
    ]
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", size), ("map", given))
    ]
    graph = helper.make_graph(nodes, "net", ports[:1], ports[1:])
    opset = helper.make_opsetid("", 17)
    path = folder / name
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def describe(path: Path, draft: SheetDraft) -> None:
    path.with_suffix(".ailab.json").write_text(json.dumps(draft.fields()), encoding="utf-8")


def guess(path: Path) -> SheetGuess:
    return guess_sheet(read_local_outline(path), path.name)


def a_picture(height: int, width: int) -> Any:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[height // 4 : height // 2, width // 4 : 3 * width // 4] = 255
    return picture


@pytest.mark.parametrize(("size", "resize"), [(FREE, "shrink"), ([1, 3, 320, 640], "letterbox")])
def test_that_lines_of_text_are_found_where_they_are(
    size: list[Any], resize: str, tmp_path: Path
) -> None:
    pytest.importorskip("cv2", reason="the extra text is not installed")
    path = save(tmp_path, size=size)
    describe(path, replace(BRIGHT, resize=resize))
    model = open_model(path)
    assert (model.default_threshold, model.decoder) == (0.6, "text-map")
    found = load_model(model).predict(a_picture(700, 1100)).prediction
    assert isinstance(found, Detections)
    (item,) = found.items
    assert (item.label, round(item.score, 1)) == ("text", 1.0)
    # 550 × 175 pixels, grown by 550 × 175 × 1.5 / 1450.
    assert item.box == pytest.approx((275 - 99, 175 - 99, 825 + 99, 350 + 99), abs=5)


async def test_that_opencv_starts_within_the_walls_around_the_worker(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="the extra text is not installed")
    path = save(tmp_path)
    describe(path, BRIGHT)
    picture = tmp_path / "line.png"
    Image.fromarray(a_picture(200, 300)).save(picture)
    async with serving() as service:
        opened = await service.open(str(path))
        result = await service.predict(opened, str(picture), threshold=0.5, save_to=None)
    assert result.problem is None
    assert isinstance(result.prediction, Detections)
    assert [item.label for item in result.prediction.items] == ["text"]


def test_that_the_sheet_says_what_is_text_and_how_far_it_grows(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="the extra text is not installed")
    path = save(tmp_path)
    describe(path, replace(BRIGHT, resize="stretch", unclip_ratio=0.0, map_threshold=0.9))
    picture = a_picture(320, 640) // 2 + a_picture(320, 640) // 4
    assert load_model(open_model(path)).predict(picture).prediction == Detections(())
    describe(path, replace(BRIGHT, resize="stretch", unclip_ratio=0.0, map_threshold=0.1))
    found = load_model(open_model(path)).predict(picture).prediction
    assert isinstance(found, Detections)
    assert found.items[0].box == pytest.approx((160, 80, 479, 159))


def test_that_a_sheet_is_read_as_it_was_written(tmp_path: Path) -> None:
    draft = replace(BRIGHT, unclip_ratio=1.6, map_threshold=0.2)
    assert read_draft(draft.fields(), "net.ailab.json", SheetDraft()) == (draft, ())
    path = save(tmp_path)
    describe(path, draft)
    settings = describe_model(path).decoder
    assert (settings.unclip_ratio, settings.map_threshold) == (1.6, 0.2)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"unclip_ratio": -1.0}, "decoder.unclip_ratio"),
        ({"map_threshold": 2.0}, "decoder.map_threshold"),
        ({"width": 9000, "height": 1}, "input.width"),
        ({"task": "image-to-image", "decoder": "image"}, "input.resize"),
    ],
)
def test_that_a_wrong_sheet_is_refused(changes: dict[str, Any], named: str, tmp_path: Path) -> None:
    path = save(tmp_path)
    describe(path, replace(BRIGHT, **changes))
    with pytest.raises(SheetError) as caught:
        open_model(path)
    assert f'"{named}"' in caught.value.message


@pytest.mark.parametrize(
    ("name", "given", "last"),
    [
        ("inference.onnx", MAP, "Sigmoid"),
        ("ch_PP-OCRv4_det_infer.onnx", ["n", 1, "h", "w"], "Clip"),
        ("db_resnet50.onnx", [1, 1, 1024, 1024], "Conv"),
        ("textdet.onnx", [1, 320, 320, 1], "Sigmoid"),
    ],
)
def test_that_a_detector_of_text_is_told_by_its_graph_or_its_name(
    name: str, given: list[Any], last: str, tmp_path: Path
) -> None:
    found = guess(save(tmp_path, name=name, given=given, last=last))
    draft = found.draft
    assert (draft.task, draft.decoder) == ("object-detection", "text-map")
    assert (draft.width, draft.height, draft.resize) == (960, 960, "shrink")
    assert draft.color_order == "BGR"
    assert draft.mean == (0.485, 0.456, 0.406)
    assert "PaddleOCR" in found.notes[-1]


def test_that_a_network_of_one_size_gets_a_letterbox(tmp_path: Path) -> None:
    draft = guess(save(tmp_path, size=[1, 3, 320, 640], given=[1, 1, 320, 640])).draft
    assert (draft.width, draft.height, draft.resize) == (640, 320, "letterbox")


@pytest.mark.parametrize(
    ("name", "given", "last"),
    [
        ("u2net.onnx", ["n", 1, "h", "w"], "Sigmoid"),
        ("u2net.onnx", MAP, "Conv"),
        ("detect.onnx", [1, 1, 320, 320], "Sigmoid"),
    ],
)
def test_that_other_maps_are_none_of_text(
    name: str, given: list[Any], last: str, tmp_path: Path
) -> None:
    assert guess(save(tmp_path, name=name, given=given, last=last)).draft.decoder != "text-map"


def test_that_without_opencv_it_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing_packages, "installed_packages", frozenset)
    path = save(tmp_path)
    describe(path, BRIGHT)
    with pytest.raises(ModelFileError, match="OpenCV is not installed") as caught:
        open_model(path)
    assert "ailab[text]" in caught.value.advice
