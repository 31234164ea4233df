"""The shipped models on pictures that they never saw, against the figures of their cards."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from ailab.demo.catalogue import MODELS

Training = Callable[[str], ModuleType]


def _stated(name: str, measure: str) -> float:
    card = (MODELS / name / "README.md").read_text("utf-8")
    match = re.search(rf"^\| {re.escape(measure)}[^|]*\| ([\d.]+)(%?) \|$", card, re.MULTILINE)
    assert match is not None
    return float(match[1]) / (100 if match[2] else 1)


# The cards measure 40 pictures, or 600 nuclei; here are fewer, so a figure may come out lower by
# chance. The tolerances are about three standard deviations between samples of this size.


@pytest.mark.slow
def test_that_the_segmenter_reaches_its_cards_mean_iou(training: Training) -> None:
    scenes = training("held_out").held_out_fields(5)
    found, each = training("measuring").measure_segmentation(MODELS / "segformer-nuclei", scenes)
    stated = _stated("segformer-nuclei", "mean IoU")
    assert stated >= 0.9
    assert found >= stated - 0.04
    assert min(each.values()) > 0.8


@pytest.mark.slow
@pytest.mark.parametrize("weights", ["model_fp16", "model_quantized"])
def test_that_smaller_weights_are_as_good(training: Training, tmp_path: Path, weights: str) -> None:
    source = MODELS / "segformer-nuclei"
    shutil.copytree(source, tmp_path, ignore=lambda *_: ["onnx"], dirs_exist_ok=True)
    (tmp_path / "onnx").mkdir()
    shutil.copy(source / "onnx" / f"{weights}.onnx", tmp_path / "onnx" / "model.onnx")
    scenes = training("held_out").held_out_fields(2)
    whole, _ = training("measuring").measure_segmentation(source, scenes)
    found, _ = training("measuring").measure_segmentation(tmp_path, scenes)
    assert found >= whole - 0.005
    size = (tmp_path / "onnx" / "model.onnx").stat().st_size
    assert size < 0.6 * (source / "onnx" / "model.onnx").stat().st_size


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("centre-point-nuclei", "held_out_fields"),
        ("centre-point-fasteners", "held_out_benches"),
    ],
)
def test_that_the_detectors_reach_their_cards_precision_and_counts(
    training: Training, name: str, draw: str
) -> None:
    scenes = getattr(training("held_out"), draw)(6)
    found = training("measuring").measure_detection(MODELS / name, scenes)
    stated = _stated(name, "mean AP50")
    assert stated >= 0.9
    assert found.mean_ap50 >= stated - 0.05
    assert found.counting_error <= _stated(name, "mean error of the count") + 0.02


@pytest.mark.slow
def test_that_the_classifier_reaches_its_cards_accuracy(training: Training) -> None:
    scenes = training("held_out").held_out_cells(120)
    found = training("measuring").measure_classification(MODELS / "resnet-cell-cycle", scenes)
    stated = _stated("resnet-cell-cycle", "accuracy")
    assert stated >= 0.97
    assert found >= stated - 0.03


def test_that_a_picture_of_another_size_gives_the_same_count(training: Training) -> None:
    nuclei, running = training("nuclei"), training("running")

    scene = nuclei.draw_field(np.random.default_rng(5), 512)
    folder = MODELS / "centre-point-nuclei"
    session = running.open_session(folder)
    counts = []
    for size in ((512, 512), (900, 900)):
        pixels = np.asarray(Image.fromarray(scene.pixels).resize(size))
        logits, boxes = session.run(None, {"pixel_values": running.prepare(folder, pixels)})
        counts.append(len(running.boxes_above(logits, boxes, size, 0.3)[1]))
    assert abs(counts[0] - len(scene.boxes)) <= 1
    assert abs(counts[1] - counts[0]) <= 1


def test_that_quality_is_measured_right(training: Training) -> None:
    quality = training("quality")
    mean, each = quality.mean_iou(np.array([[6, 2], [0, 2]]))
    assert each == [0.75, 0.5]
    assert mean == 0.625
    there = [np.array([[0, 0, 10, 10], [20, 20, 30, 30]], np.float32)]
    found = [(np.array([[0, 0, 10, 9], [50, 50, 60, 60]], np.float32), np.array([0.9, 0.8]))]
    assert quality.average_precision(found, there) == 0.5
    assert quality.counting_error([9, 12], [10, 10]) == 0.15
