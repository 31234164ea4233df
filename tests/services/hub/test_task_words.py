"""A purpose that is typed where names are searched."""

from __future__ import annotations

import pytest

from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.hub.pipeline_tag import VISION_TASKS, display_name, is_listed
from ailab.services.hub.task_words import _WORDS, Purpose, find_purpose


@pytest.mark.parametrize(
    ("query", "task"),
    [
        ("caption", "image-to-text"),
        ("Captions", "image-to-text"),
        ("ocr", "image-to-text"),
        ("depth map", "depth-estimation"),
        ("remove background", "image-segmentation"),
        ("segment", "image-segmentation"),
        ("segment anything", "mask-generation"),
        ("embedding", "image-feature-extraction"),
        ("upscale", "image-to-image"),
        ("super-resolution", "image-to-image"),
        ("detect", "object-detection"),
        ("poses", "keypoint-detection"),
        ("Image Classification", "image-classification"),
        ("object-detection", "object-detection"),
    ],
)
def test_that_a_purpose_names_its_task(query: str, task: str) -> None:
    assert find_purpose(query) == Purpose(query.replace("-", " "), task)


@pytest.mark.parametrize("query", ["", "  ", "resnet", "acme/nuclei", "capt", "ocrolus", "nuclei"])
def test_that_a_name_names_no_task(query: str) -> None:
    assert find_purpose(query) is None


def test_that_what_else_was_typed_is_searched_for_among_the_tasks_models() -> None:
    found = find_purpose("a model for depth maps of Endoscopy")
    assert found == Purpose("depth maps", "depth-estimation", "Endoscopy")


def test_that_the_advice_names_the_task_as_the_filter_does() -> None:
    found = find_purpose("caption")
    assert found is not None
    assert found.advice == "For “caption” choose the task Image-to-Text."


def test_that_every_task_that_runs_has_words_of_its_own_and_its_name_leads_to_it() -> None:
    assert set(RUNNABLE_TASKS) <= set(_WORDS)
    assert all(is_listed(tag) for tag in _WORDS)
    for tag in VISION_TASKS:
        found = find_purpose(display_name(tag))
        assert found is not None
        assert found.task == tag
