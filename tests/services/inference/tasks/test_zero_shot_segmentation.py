"""Maps of labels that a person typed, as regions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.zero_shot_segmentation import decode_label_masks

ASKED = Decoding(("cat", "dog"), DecoderSettings("label-masks"), Placement(4, 2, 4, 2, 1, 1))


def maps_of(found: Segmentation) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    shape = (found.height, found.width)
    label_map = np.frombuffer(found.label_map.unpack(), np.uint8).reshape(shape)
    return label_map, np.frombuffer(found.confidence.unpack(), np.uint8).reshape(shape)


def test_that_a_pixel_belongs_to_the_likeliest_label_from_one_half_on() -> None:
    cat = [[3.0, 1.0, -2.0, 0.0], [-1.0, -1.0, 1.0, 2.0]]
    dog = [[1.0, 2.0, -1.0, -3.0], [-0.1, -2.0, 1.0, -4.0]]
    found = decode_label_masks(np.array([cat, dog], np.float32), ASKED)
    label_map, confidence = maps_of(found)
    names = {0: "", **{each.index: each.label for each in found.segments}}
    assert [[names[index] for index in row] for row in label_map.tolist()] == [
        ["cat", "dog", "", "cat"],
        ["", "", "cat", "cat"],  # of equals the first that was typed
    ]
    sure = 255 / (1 + np.exp(-np.array([[3, 2, -np.inf, 0], [-np.inf, -np.inf, 1, 2]])))
    np.testing.assert_allclose(confidence, sure, atol=0.51)
    assert [(each.label, each.class_id, each.area) for each in found.segments] == [
        ("cat", 0, 4 / 8),
        ("dog", 1, 1 / 8),
    ]
    assert found.segments[1].score == pytest.approx(1 / (1 + np.exp(-2)), abs=2e-3)
    assert found.above(0.5) == found


def test_that_what_is_seen_nowhere_leaves_no_region() -> None:
    found = decode_label_masks(np.full((2, 2, 4), -0.01, np.float32), ASKED)
    label_map, confidence = maps_of(found)
    assert found.segments == ()
    assert not label_map.any()
    assert not confidence.any()


def test_that_probabilities_are_interpolated_to_the_picture() -> None:
    logits = np.array([[[-9.0, 9.0]]], np.float32)
    placement = Placement(8, 1, 2, 1, 0.25, 1)
    found = decode_label_masks(logits, Decoding(("cat",), ASKED.settings, placement))
    low, high = 1 / (1 + np.exp(9.0)), 1 / (1 + np.exp(-9.0))
    shares = np.clip((np.arange(8) + 0.5) / 4 - 0.5, 0, 1)
    expected = low + shares * (high - low)
    label_map, confidence = maps_of(found)
    assert label_map.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1]]
    np.testing.assert_allclose(confidence[0, 4:], expected[4:] * 255, atol=0.51)
