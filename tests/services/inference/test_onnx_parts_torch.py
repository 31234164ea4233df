"""Which axes of a network's inputs are left free when it becomes ONNX."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.onnx_parts import onnx_parts  # noqa: E402 - needs PyTorch

FEEDS = {"pixel_values": np.zeros((1, 3, 8, 8), np.float32)}


def test_that_labels_read_as_one_text_are_free_in_length_and_pictures_are_not() -> None:
    network = type("GroundingDinoForObjectDetection", (torch.nn.Module,), {})()
    words = np.zeros((1, 5), np.int64)
    feeds: dict[str, Any] = {**FEEDS, "input_ids": words, "pixel_mask": words[..., None]}
    (whole,) = onnx_parts(network, [("model", feeds)], wants_free_size=True)
    assert whole.frees == ({"pixel_values": set(), "input_ids": {0, 1}, "pixel_mask": set()},)


def test_that_the_sentence_beside_labels_is_free_in_length_alone() -> None:
    words = np.zeros((3, 5), np.int64)
    feeds: dict[str, Any] = {**FEEDS, "input_ids": words, "tasks_input_ids": words[:1]}
    (whole,) = onnx_parts(torch.nn.Linear(1, 1), [("model", feeds)], wants_free_size=False)
    assert whole.frees == ({"pixel_values": set(), "input_ids": {0, 1}, "tasks_input_ids": {1}},)


def test_that_words_are_free_and_the_one_picture_beside_them_is_not() -> None:
    words = np.zeros((3, 5), np.int64)
    feeds: dict[str, Any] = {**FEEDS, "input_ids": words, "attention_mask": words}
    (whole,) = onnx_parts(torch.nn.Linear(1, 1), [("model", feeds)], wants_free_size=False)
    assert whole.frees == ({"pixel_values": set(), "input_ids": {0, 1}, "attention_mask": {0, 1}},)


def test_that_what_has_no_height_is_free_in_number_alone() -> None:
    feeds: dict[str, Any] = {**FEEDS, "dataset_index": np.zeros(1, np.int64)}
    (whole,) = onnx_parts(torch.nn.Linear(1, 1), [("model", feeds)], wants_free_size=True)
    assert [each["dataset_index"] for each in whole.frees] == [{0}, set(), set()]
    assert [each["pixel_values"] for each in whole.frees] == [{0, -2, -1}, {-2, -1}, set()]


def test_that_a_size_that_never_comes_out_free_is_not_tried_so() -> None:
    network = type("OneFormerForUniversalSegmentation", (torch.nn.Module,), {})()
    feeds: dict[str, Any] = {**FEEDS, "task_inputs": np.zeros((1, 77), np.int64)}
    (whole,) = onnx_parts(network, [("model", feeds)], wants_free_size=True)
    assert [each["pixel_values"] for each in whole.frees] == [{0}, set()]
