"""SSD's boxes with scores per class, and finished ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Detections
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

# A picture of 200 × 100 in an input of 100 × 100.
PLACEMENT = Placement(200, 100, 100, 100, 0.5, 1.0)
LABELS = ("cat", "dog", "cow")
SHARES = [[0.1, 0.2, 0.5, 0.6], [0.11, 0.2, 0.5, 0.6], [0.6, 0.1, 0.9, 0.3]]
BOXES = [(20, 20, 100, 60), (22, 20, 100, 60), (120, 10, 180, 30)]


def decode(outputs: dict[str, Any], **settings: Any) -> Detections:
    arrays = {
        name: values if isinstance(values, np.ndarray) else np.asarray(values, np.float32)
        for name, values in outputs.items()
    }
    decoding = Decoding(LABELS, DecoderSettings("ssd", **settings), PLACEMENT)
    result = DECODERS["ssd"](arrays, decoding)
    assert isinstance(result, Detections)
    return result


def shown(result: Detections) -> list[tuple[str, float, tuple[float, ...]]]:
    return [
        (d.label, round(d.score, 4), tuple(round(side, 3) for side in d.box)) for d in result.items
    ]


def test_that_of_each_class_overlapping_boxes_are_thinned_out() -> None:
    scores = [[[0.9, 0.0, 0.0], [0.8, 0.6, 0.01], [0.0, 0.0, 0.7]]]
    found = decode({"boxes": [SHARES], "scores": scores})
    assert shown(found) == [
        ("cat", 0.9, BOXES[0]),
        ("cow", 0.7, BOXES[2]),
        ("dog", 0.6, BOXES[1]),
    ]


def test_that_the_greatest_overlap_is_the_sheets() -> None:
    scores = [[[0.9], [0.8], [0.0]]]
    assert len(decode({"scores": scores, "boxes": [SHARES]}, nms_iou=0.99).items) == 2


def test_that_a_background_is_no_thing_and_labels_begin_after_it() -> None:
    scores = [[[0.1, 0.9], [1.0, 0.0], [0.3, 0.7]]]
    found = decode({"scores": scores, "boxes": [SHARES]}, has_background=True)
    assert shown(found) == [("cat", 0.9, BOXES[0]), ("cat", 0.7, BOXES[2])]


def test_that_four_classes_are_not_taken_for_boxes() -> None:
    scores = [[[0, 0.9, 0, 0], [0, 0, 0, 0], [0, 0, 0.7, 0]]]
    found = decode({"scores": scores, "boxes": [SHARES]})
    assert shown(found) == [("dog", 0.9, BOXES[0]), ("cow", 0.7, BOXES[2])]


def test_that_finished_boxes_in_pixels_are_read_as_torchvision_gives_them() -> None:
    found = decode(
        {
            "boxes": np.asarray(SHARES, np.float32) * 100,
            "labels": np.array([1, 2, 3]),
            "scores": [0.9, 0.8, 0.04],
        },
        has_background=True,
    )
    assert shown(found) == [("cat", 0.9, BOXES[0]), ("dog", 0.8, BOXES[1])]


def test_that_finished_boxes_are_read_as_tensorflow_gives_them() -> None:
    turned = np.asarray([SHARES], np.float32)[..., [1, 0, 3, 2]]
    found = decode(
        {
            "detection_anchor_indices": [[5, 6, 7]],
            "detection_boxes": turned,
            "detection_classes": [[3, 1, 1]],
            "detection_multiclass_scores": np.zeros((1, 3, 9), np.float32),
            "detection_scores": [[0.9, 0.8, 0.0]],
            "num_detections": [2],
            "raw_detection_boxes": np.zeros((1, 50, 4), np.float32),
            "raw_detection_scores": np.zeros((1, 50, 9), np.float32),
        },
        box_order="yxyx",
        has_background=True,
    )
    assert shown(found) == [("cow", 0.9, BOXES[0]), ("cat", 0.8, BOXES[1])]


def test_that_finished_classes_without_telling_names_are_the_whole_numbers() -> None:
    outputs = {
        "Post": [SHARES],
        "Post:1": [[0, 1, 2]],
        "Post:2": [[0.9, 0.8, 0.7]],
        "Post:3": [3],
    }
    assert [label for label, *_ in shown(decode(outputs))] == ["cat", "dog", "cow"]


def test_that_four_finished_boxes_are_not_confused_with_their_scores() -> None:
    outputs = {
        "scores": [[0.9, 0.8, 0.7, 0.6]],
        "labels": np.array([[0, 1, 2, 0]]),
        "boxes": [[*SHARES, [0, 0, 0.1, 0.1]]],
    }
    assert [label for label, *_ in shown(decode(outputs))] == ["cat", "dog", "cow", "cat"]


def test_that_nothing_found_is_nothing() -> None:
    outputs = {"boxes": np.zeros((0, 4), np.float32), "labels": [], "scores": []}
    assert decode(outputs).items == ()


@pytest.mark.parametrize("wrong", [np.nan, -3.0, 1e30])
def test_that_numbers_that_can_be_no_classes_are_left_out(wrong: float) -> None:
    outputs = {"boxes": [SHARES], "classes": [[wrong, 1, 2]], "scores": [[0.9, 0.8, 0.7]]}
    assert [label for label, *_ in shown(decode(outputs))] == ["dog", "cow"]


def test_that_logits_are_not_passed_off_as_probabilities() -> None:
    with pytest.raises(ModelFileError, match="scores from 0 to 1"):
        decode({"boxes": [SHARES], "scores": [[[4.0, -2]] * 3]})


@pytest.mark.parametrize(
    "outputs",
    [
        {"scores": np.zeros((1, 3, 2), np.float32)},
        {"boxes": [SHARES]},
        {"boxes": [SHARES], "scores": np.zeros((1, 7, 2), np.float32)},
    ],
)
def test_that_other_outputs_are_refused(outputs: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError, match=r"expected (boxes|scores)"):
        decode(outputs)
