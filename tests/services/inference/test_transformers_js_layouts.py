"""Repositories that were made for transformers.js, by stand-ins of their files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from constant_network import describe, save_constant

from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    DepthScale,
    Detections,
    Prediction,
    Segmentation,
)

JS = {
    "do_normalize": False,
    "do_rescale": True,
    "do_resize": True,
    "feature_extractor_type": "ImageFeatureExtractor",
    "resample": 2,
    "rescale_factor": 0.00392156862745098,
}
SQUARE = JS | {"size": {"width": 64, "height": 64}}
# transformers.js pads what does not fill the square below and on the right.
PADDED = JS | {
    "do_pad": True,
    "pad_size": {"width": 64, "height": 64},
    "size": {"longest_edge": 64},
}
NAMES = {"0": "person", "1": "bicycle", "2": "car"}
ROWS = np.array([[8, 4, 24, 20, 0.9, 2], [0, 0, 64, 32, 0.4, 0]], np.float32)
WIDE = np.zeros((100, 200, 3), np.uint8)
FIXED: list[int | str] = [1, 3, 64, 64]
FREE: list[int | str] = ["batch", 3, "height", "width"]


def run(folder: Path, pixels: Any = WIDE) -> Prediction:
    model = open_model(folder)
    assert model.note == ""
    return load_model(model).predict(pixels).prediction


def found(folder: Path) -> list[tuple[str, float, tuple[float, ...]]]:
    prediction = run(folder)
    assert isinstance(prediction, Detections)
    return [(e.label, round(e.score, 3), tuple(map(round, e.box))) for e in prediction.items]


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "yolov10", "id2label": NAMES},
        {
            "architectures": ["YOLOv10ObjectDetection"],
            "model_type": "yolov10",
            "label2id": {name: int(number) for number, name in NAMES.items()},
        },
    ],
)
def test_that_yolo_of_version_10_finds_boxes_as_it_lies_there(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    describe(tmp_path, config, PADDED)
    save_constant(tmp_path / "onnx" / "model.onnx", {"output0": ROWS[None]}, picture=FIXED)
    # Of 200 × 100 pixels the square's upper half is the picture: 3.125 pixels each.
    assert found(tmp_path) == [
        ("car", 0.9, (25, 12, 75, 62)),
        ("person", 0.4, (0, 0, 200, 100)),
    ]


def test_that_yolo_of_version_9_finds_boxes_as_it_lies_there(tmp_path: Path) -> None:
    describe(tmp_path, {"model_type": "yolov9", "id2label": NAMES}, SQUARE)
    path = tmp_path / "onnx" / "model.onnx"
    save_constant(path, {"outputs": ROWS}, picture=FREE, name="pixel_values", free=("outputs",))
    assert found(tmp_path)[0] == ("car", 0.9, (25, 6, 75, 31))


def test_that_raw_columns_of_yolo_are_told_by_their_shape(tmp_path: Path) -> None:
    describe(tmp_path, {"model_type": "yolov8", "id2label": NAMES}, SQUARE)
    columns = np.zeros((1, 7, 84), np.float32)
    columns[0, :, 5] = 16, 12, 16, 16, 0.1, 0.2, 0.8
    save_constant(tmp_path / "onnx" / "model.onnx", {"output0": columns}, picture=FIXED)
    assert found(tmp_path) == [("car", 0.8, (25, 6, 75, 31))]


def test_that_what_is_named_for_poses_finds_poses(tmp_path: Path) -> None:
    describe(tmp_path, {"model_type": "yolov8-pose", "id2label": {"0": "person"}}, SQUARE)
    columns = np.zeros((1, 56, 84), np.float32)
    columns[0, :5, 5] = 16, 12, 16, 16, 0.8
    columns[0, 5:, 5] = np.tile([12, 10, 0.9], 17)
    save_constant(tmp_path / "onnx" / "model.onnx", {"output0": columns}, picture=FIXED)
    poses = run(tmp_path)
    assert isinstance(poses, Keypoints)
    (pose,) = poses.poses
    assert round(pose.score, 3) == 0.8
    assert len(pose.points) == 17


def test_that_names_of_other_classes_are_refused(tmp_path: Path) -> None:
    describe(tmp_path, {"model_type": "yolov8", "id2label": {**NAMES, "3": "bus"}}, SQUARE)
    path = tmp_path / "onnx" / "model.onnx"
    save_constant(path, {"output0": np.zeros((1, 7, 84), np.float32)}, picture=FIXED)
    with pytest.raises(ModelFileError, match="names 4 classes, but its network tells 3 apart"):
        open_model(tmp_path)


@pytest.mark.parametrize("label2id", [{"car": [2]}, {"car": None}, ["car"], {"car": "2"}])
def test_that_numbers_of_classes_that_are_none_name_nothing(tmp_path: Path, label2id: Any) -> None:
    describe(tmp_path, {"model_type": "yolov10", "label2id": label2id}, PADDED)
    save_constant(tmp_path / "onnx" / "model.onnx", {"output0": ROWS[None]}, picture=FIXED)
    assert [label for label, *_ in found(tmp_path)] == ["class 2", "class 0"]


def test_that_masks_of_yolo_are_told_not_to_be_read(tmp_path: Path) -> None:
    describe(tmp_path, {"model_type": "yolov8", "id2label": NAMES}, SQUARE)
    answers = {
        "output0": np.zeros((1, 39, 84), np.float32),
        "output1": np.zeros((1, 32, 16, 16), np.float32),
    }
    save_constant(tmp_path / "onnx" / "model.onnx", answers, picture=FIXED)
    with pytest.raises(ModelFileError, match="in none of the forms of YOLO's boxes and poses"):
        open_model(tmp_path)


@pytest.mark.parametrize("shape", [(1, 3, 1, 1, 8), (1, 24, 1, 1), (1, 67, 1, 1)])
def test_that_undecoded_heads_of_yolo_are_left_to_a_sheet(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    describe(tmp_path, {"model_type": "yolov5", "id2label": NAMES}, SQUARE)
    heads = {
        f"y{side}": np.zeros((1, *(side if each == 1 else each for each in shape[1:])), np.float32)
        for side in (8, 4, 2)
    }
    save_constant(tmp_path / "onnx" / "model.onnx", heads, picture=FIXED)
    with pytest.raises(ModelFileError, match="in none of the forms of YOLO's boxes and poses"):
        open_model(tmp_path)


@pytest.mark.parametrize(
    "config",
    [{"architectures": ["BriaRMBG"], "model_type": "custom"}, {"model_type": "modnet"}],
)
def test_that_what_makes_a_matte_needs_no_preprocessing_beside_it(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    describe(tmp_path, config, None)
    matte = np.zeros((1, 1, 32, 32), np.float32)
    matte[..., 16:] = 1
    save_constant(tmp_path / "onnx" / "model.onnx", {"output": matte}, picture=FREE, name="input")
    prediction = run(tmp_path)
    assert isinstance(prediction, Segmentation)
    assert prediction.is_matte
    labels = np.frombuffer(prediction.label_map.unpack(), np.uint8).reshape(100, 200)
    assert not labels[:, :90].any()
    assert labels[:, 110:].all()


@pytest.mark.parametrize(
    ("dtype", "variant", "said"),
    [
        ("fp32", "q8", "has model taken as fp32 (transformers.js_config in config.json): as q8"),
        ({"model": "fp16"}, "q4", "has model taken as fp16"),
        ("fp32", "fp16", ""),
        ({"vision_model": "fp32"}, "q8", ""),
        ("q8", "q4", ""),
        ({"model": {"webgpu": "fp32"}}, "q8", ""),
    ],
)
def test_that_weights_that_the_author_avoids_are_told_of(
    tmp_path: Path, dtype: Any, variant: str, said: str
) -> None:
    config = {"model_type": "modnet", "transformers.js_config": {"dtype": dtype}}
    describe(tmp_path, config, SQUARE)
    answers = {"output": np.zeros((1, 1, 32, 32), np.float32)}
    for name in ("", "_fp16", "_quantized", "_q4"):
        save_constant(tmp_path / "onnx" / f"model{name}.onnx", answers, picture=FREE, name="input")
    assert open_model(tmp_path).note == ""
    note = open_model(tmp_path, variant=variant).note
    assert said in note
    assert bool(said) == bool(note)


def test_that_others_do_need_it(tmp_path: Path) -> None:
    describe(tmp_path, {"architectures": ["ViTForImageClassification"]}, None)
    answers = {"logits": np.zeros((1, 3), np.float32)}
    save_constant(tmp_path / "onnx" / "model.onnx", answers, picture=FIXED)
    with pytest.raises(NotDescribedError):
        open_model(tmp_path)


def test_that_timms_networks_there_are_read_by_what_both_say(tmp_path: Path) -> None:
    config = {
        "architecture": "mobilenetv4_conv_small",
        "input_size": [3, 64, 64],
        "num_classes": 3,
        "model_type": "mobilenet_v4",
        "id2label": NAMES,
    }
    crop = {"do_center_crop": True, "crop_size": {"height": 64, "width": 64}}
    describe(tmp_path, config, JS | crop | {"size": {"shortest_edge": 72}})
    logits = {"logits": np.array([[0, 0, 4]], np.float32)}
    save_constant(tmp_path / "onnx" / "model.onnx", logits, picture=FREE, name="pixel_values")
    prediction = run(tmp_path)
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].label == "car"


@pytest.mark.parametrize(
    ("config", "more", "scale", "first"),
    [
        ({"model_type": "metric3d"}, {}, DepthScale.DISTANCE, 2.0),
        ({"architectures": ["SapiensForDepthEstimation"], "model_type": "sapiens"}, {}, None, 2.0),
        ({"model_type": "depth_anything"}, {}, DepthScale.INVERSE, 2.0),
        ({"model_type": "depth_pro"}, {"focallength_px": [50.0]}, DepthScale.METRES, 2.0),
        ({"model_type": "depth_pro"}, {}, DepthScale.METRES, 0.5),
    ],
)
def test_that_depths_are_taken_for_what_each_family_gives(
    tmp_path: Path,
    config: dict[str, Any],
    more: dict[str, list[float]],
    scale: DepthScale | None,
    first: float,
) -> None:
    describe(tmp_path, config, SQUARE)
    answers = {"predicted_depth": np.full((1, 64, 64), 2, np.float32)}
    answers |= {name: np.array(values, np.float32) for name, values in more.items()}
    path = tmp_path / "onnx" / "model.onnx"
    save_constant(path, answers, picture=FIXED, name="pixel_values")
    depths = run(tmp_path)
    assert isinstance(depths, DepthMap)
    assert depths.scale is (scale or DepthScale.DISTANCE)
    assert depths.median == pytest.approx(first)
