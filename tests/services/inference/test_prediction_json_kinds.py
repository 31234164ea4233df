"""Masks, keypoints, vectors and words as JSON: what is not as the format says is refused."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.prediction_json import prediction_from_json, prediction_to_json
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompt_json import prompt_from_json, prompt_to_json

MASKS = Masks(
    6,
    4,
    (
        Mask(0.9, 0.25, 1, 1, PixelMap.pack(3, 2, b"\xff" * 6)),
        Mask(0.4, 0.125, 5, 3, PixelMap.pack(1, 1, b"\xff"), "a red cat"),
    ),
)
KEYPOINTS = Keypoints(
    (
        Pose(0.9, (Keypoint(1.5, 2.5, 0.8, 1), Keypoint(2, 3, 0.1, 0)), (0, 0, 9, 9), "face"),
        Pose(0.3, (Keypoint(1.5, 2.5, 0.3, 1),)),
    ),
    ("left eye", "nose"),
    ((0, 1),),
)
FEATURES = Features(FloatMap.pack(np.array([[1.0, -2.0, 3.0]], np.float32)))
WRONG: list[tuple[Prediction, tuple[Any, ...], Any]] = [
    (MASKS, ("width",), 5),
    (MASKS, ("masks",), "elsewhere"),
    (MASKS, ("items", 0, "box"), [1, 1, 4]),
    (MASKS, ("items", 0, "box"), [1.5, 1, 4, 3]),
    (MASKS, ("items", 0, "box"), [4, 1, 4, 3]),
    (MASKS, ("items", 0, "box"), [-1, 1, 4, 3]),
    (MASKS, ("items", 0, "bytes"), 3),
    (MASKS, ("items", 0, "bytes"), -1),
    (MASKS, ("items", 1, "bytes"), 0),
    (MASKS, ("items", 0, "score"), 1.5),
    (MASKS, ("items", 0, "label"), 5),
    (MASKS, ("items",), []),
    (KEYPOINTS, ("edges",), [[0, 2]]),
    (KEYPOINTS, ("edges",), [[0, 0.5]]),
    (KEYPOINTS, ("names",), ["left eye"]),
    (KEYPOINTS, ("poses", 0, "points"), [[1, 2, 3]]),
    (KEYPOINTS, ("poses", 0, "points"), [[1, 2, 1.5, 0]]),
    (KEYPOINTS, ("poses", 0, "points"), [[1, float("nan"), 0.5, 0]]),
    (KEYPOINTS, ("poses", 0, "points"), [7]),
    (KEYPOINTS, ("poses", 0, "box"), [1, 2, 3]),
    (KEYPOINTS, ("poses", 0, "score"), -1),
    (FEATURES, ("dimensions",), 4),
    (FEATURES, ("dimensions",), 0),
    (FEATURES, ("dimensions",), 10**9),
    (FEATURES, ("vector",), "elsewhere"),
]


@pytest.mark.parametrize(("prediction", "path", "value"), WRONG)
def test_that_what_is_not_as_the_format_says_is_refused(
    prediction: Prediction, path: tuple[Any, ...], value: Any
) -> None:
    body, parts = prediction_to_json(prediction)
    place: Any = copy.deepcopy(body)
    body = place
    assert prediction_from_json(Fields(body), parts) == prediction
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(BadFieldError):
        prediction_from_json(Fields(body), parts)


def test_that_a_threshold_drops_masks_poses_and_points() -> None:
    assert [mask.score for mask in MASKS.above(0.5).items] == [0.9]
    (pose,) = KEYPOINTS.above(0.5).poses
    assert [point.score for point in pose.points] == [0.8]
    assert FEATURES.above(0.9) is FEATURES


def test_that_a_mask_tells_its_bounding_box() -> None:
    assert [mask.box for mask in MASKS.items] == [(1, 1, 4, 3), (5, 3, 6, 4)]


def test_that_a_prompt_comes_back_as_it_was() -> None:
    prompt = Prompt(("a cat", "孔雀"), ((1.5, 2),), ((0, 0), (3, 4)), ((1, 2, 3, 4),))
    assert prompt_from_json(Fields(prompt_to_json(prompt))) == prompt
    assert prompt.shows
    assert not Prompt(("cat",)).shows


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("labels", "cat"),
        ("labels", ["a"] * 10_001),
        ("inside", [[1]]),
        ("outside", [[1, "2"]]),
        ("boxes", [[1, 2, 3]]),
        ("boxes", [[1, 2, 3, float("inf")]]),
        ("boxes", None),
    ],
)
def test_that_a_prompt_that_is_none_is_refused(name: str, value: Any) -> None:
    body = prompt_to_json(Prompt()) | {name: value}
    with pytest.raises(BadFieldError, match=name):
        prompt_from_json(Fields(body))
