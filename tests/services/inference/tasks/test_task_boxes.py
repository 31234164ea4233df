"""Boxes of OmDet-Turbo, one for each thing."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.zero_shot_detection import decode_task_boxes

ASKED = Decoding(
    ("cat", "dog"), DecoderSettings("task-boxes"), Placement(200, 100, 50, 50, 0.25, 0.5)
)
LEFT, NEARLY_LEFT, BEYOND = [0.25, 0.5, 0.5, 1], [0.26, 0.5, 0.5, 1], [0.9, 0.5, 0.4, 1]


def test_that_of_boxes_of_a_label_that_overlap_the_best_is_kept() -> None:
    logits = np.array([[[2, 1], [1, -9], [-9, 0]]], np.float32)
    boxes = np.array([[LEFT, NEARLY_LEFT, BEYOND]], np.float32)
    found = decode_task_boxes({"logits": logits, "pred_boxes": boxes}, ASKED)
    # As many pairs as there are queries are looked at: the dog beyond the border is the fourth.
    assert [(each.label, round(each.score, 2)) for each in found.items] == [
        ("cat", 0.88),
        ("dog", 0.73),
    ]
    assert found.items[0].box == pytest.approx((0, 0, 100, 100))


def test_that_what_leaves_the_picture_is_cut_off() -> None:
    outputs = {
        "logits": np.array([[[-9, 3]]], np.float32),
        "pred_boxes": np.array([[BEYOND]], np.float32),
    }
    (dog,) = decode_task_boxes(outputs, ASKED).items
    assert dog.box == pytest.approx((140, 0, 200, 100))


def test_that_a_score_for_each_label_is_needed() -> None:
    outputs = {"logits": np.zeros((1, 1, 1)), "pred_boxes": np.zeros((1, 1, 4))}
    with pytest.raises(ModelFileError, match="one score per box and label"):
        decode_task_boxes(outputs, ASKED)
