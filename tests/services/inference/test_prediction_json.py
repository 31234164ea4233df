"""Predictions as JSON and binary parts, and back."""

from __future__ import annotations

import json
import math
import random
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.picture_result_json import result_from_json, result_to_json
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import Place, place_within
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthScale,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.problem import Problem
from fakes import a_depth_map

LABELS = ("nucleus", "Zelle, gefärbt", "細胞", "a b", "")


def random_masks(chance: random.Random) -> Masks:
    width, height = chance.randrange(2, 40), chance.randrange(2, 40)
    items = []
    for _ in range(chance.randrange(5)):
        left, top = chance.randrange(width), chance.randrange(height)
        size = chance.randrange(1, width - left + 1), chance.randrange(1, height - top + 1)
        raw = bytes(chance.choice((0, 255)) for _ in range(size[0] * size[1]))
        inside = PixelMap.pack(*size, raw)
        items.append(Mask(chance.random(), chance.random(), left, top, inside))
    return Masks(width, height, tuple(items))


def random_place(chance: random.Random, label: str) -> Place:
    outlines = [
        tuple((chance.uniform(-9, 99), chance.uniform(-9, 99)) for _ in range(chance.randint(3, 9)))
        for _ in range(chance.randrange(3))
    ]
    return place_within(label, outlines) if outlines else Place(label, (0.5, 1.0, 9.0, 9.0))


def random_keypoints(chance: random.Random, label: Callable[[], str]) -> Keypoints:
    names = tuple(f"joint {number}" for number in range(chance.randrange(4)))

    def point() -> Keypoint:
        name = chance.randrange(len(names)) if names else 0
        return Keypoint(chance.uniform(-9, 99), chance.uniform(-9, 99), chance.random(), name)

    poses = tuple(
        Pose(
            chance.random(),
            tuple(point() for _ in range(chance.randrange(5))),
            chance.choice((None, (1.0, 2.0, 3.5, 4.0))),
            label(),
        )
        for _ in range(chance.randrange(4))
    )
    return Keypoints(poses, names, ((0, len(names) - 1),) if names else ())


def random_prediction(chance: random.Random) -> Prediction:
    def label() -> str:
        return chance.choice(LABELS)

    match chance.randrange(9):
        case 0:
            return Classification(
                tuple(
                    ClassScore(chance.randrange(1000), label(), chance.random())
                    for _ in range(chance.randrange(6))
                )
            )
        case 1:
            return Detections(
                tuple(
                    Detection(
                        chance.randrange(90),
                        label(),
                        chance.choice((0.0, 1.0, chance.random())),
                        (
                            chance.uniform(-9, 9),
                            chance.uniform(-9, 9),
                            chance.uniform(9, 5000),
                            chance.uniform(9, 5000),
                        ),
                        tuple(
                            (chance.uniform(-9, 9), chance.uniform(9, 99))
                            for _ in range(chance.choice((0, 4)))
                        ),
                    )
                    for _ in range(chance.randrange(6))
                )
            )
        case 2:
            width = chance.randrange(1, 20)
            rows = [[chance.uniform(-9, 99) for _ in range(width)] for _ in range(1, 9)]
            return a_depth_map(rows, chance.choice(list(DepthScale)))
        case 3:
            shape = (chance.randrange(1, 9), chance.randrange(1, 9), 3)
            values = chance.randbytes(shape[0] * shape[1] * 3)
            return output_image(np.frombuffer(values, np.uint8).reshape(shape))
        case 4:
            return random_masks(chance)
        case 5:
            return random_keypoints(chance, label)
        case 6:
            vector = [[chance.uniform(-9, 9) for _ in range(chance.randrange(1, 800))]]
            return Features(FloatMap.pack(np.array(vector, np.float32)))
        case 7:
            return GeneratedText(
                label(),
                chance.choice([None, chance.random()]),
                places=tuple(random_place(chance, label()) for _ in range(chance.randrange(4))),
            )
        case _:
            width, height = chance.randrange(1, 40), chance.randrange(1, 40)
            return Segmentation.pack(
                width,
                height,
                chance.randbytes(width * height),
                chance.randbytes(width * height),
                tuple(
                    Segment(index, chance.randrange(150), label(), chance.random(), chance.random())
                    for index in chance.sample(range(1, 256), chance.randrange(9))
                ),
            )


def random_result(seed: int) -> PictureResult:
    chance = random.Random(seed)
    failed = chance.random() < 0.2
    return PictureResult(
        picture=chance.choice(("/a/b.png", "C:\\Bilder\\ä.tif", "x\udce4.jpg")),
        width=chance.randrange(1, 10_000),
        height=chance.randrange(1, 10_000),
        prediction=None if failed else random_prediction(chance),
        problem=Problem("It failed.", "Try.", chance.random() < 0.5) if failed else None,
        notes=tuple(chance.choice(LABELS) for _ in range(chance.randrange(3))),
        timings=Timings(*(chance.random() for _ in range(5))),
        files=("a.json", "a.mask.png")[: chance.randrange(3)],
    )


@pytest.mark.parametrize("seed", range(60))
def test_that_any_result_comes_back_as_it_was(seed: int) -> None:
    result = random_result(seed)
    body, parts = result_to_json(result)
    assert result_from_json(json.loads(json.dumps(body)), parts) == result


def segmentation() -> tuple[dict[str, Any], dict[str, bytes]]:
    segments = (Segment(1, 0, "a", 0.5, 0.5), Segment(2, 1, "b", 0.5, 0.5))
    return result_to_json(
        PictureResult("p", 2, 2, Segmentation.pack(2, 2, b"\0\1\2\0", b"abcd", segments))
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("width",), -1),
        (("width",), True),
        (("width",), 1.5),
        (("width",), "2"),
        (("picture",), None),
        (("notes",), "text"),
        (("notes",), [1]),
        (("timings",), {}),
        (("timings", "decode"), math.nan),
        (("problem",), []),
        (("prediction",), []),
        (("prediction", "kind"), "poem"),
        (("prediction", "width"), 3),
        (("prediction", "width"), 0),
        (("prediction", "width"), 2**40),
        (("prediction", "label_map"), "elsewhere"),
        (("prediction", "segments"), {}),
        (("prediction", "segments", 0), 7),
        (("prediction", "segments", 0, "index"), 0),
        (("prediction", "segments", 0, "index"), 2),
        (("prediction", "segments", 0, "index"), 256),
        (("prediction", "segments", 0, "score"), 1.01),
        (("prediction", "segments", 0, "score"), math.inf),
        (("prediction", "segments", 0, "score"), 10**400),
        (("prediction", "segments", 0, "class_id"), -1),
        (("prediction", "segments", 0, "label"), 5),
    ],
)
def test_that_what_is_not_as_the_format_says_is_refused(path: tuple[Any, ...], value: Any) -> None:
    body, parts = segmentation()
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(BadFieldError):
        result_from_json(body, parts)


def depths() -> tuple[dict[str, Any], dict[str, bytes]]:
    return result_to_json(PictureResult("p", 2, 2, a_depth_map([[1.0, 2.0], [4.0, 3.0]])))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", 3),
        ("height", 0),
        ("depth", "elsewhere"),
        ("scale", "miles"),
        ("scale", None),
        ("minimum", 0.5),
        ("maximum", math.inf),
        ("maximum", "4"),
        ("median", 5.0),
    ],
)
def test_that_depths_that_are_not_as_they_say_are_refused(name: str, value: Any) -> None:
    body, parts = depths()
    body["prediction"][name] = value
    with pytest.raises(BadFieldError):
        result_from_json(body, parts)
    body, parts = depths()
    del body["prediction"][name]
    with pytest.raises(BadFieldError):
        result_from_json(body, parts)


@pytest.mark.parametrize(
    ("name", "value"), [("width", 3), ("height", 0), ("width", 2**19), ("image", "elsewhere")]
)
def test_that_a_picture_that_is_not_as_it_says_is_refused(name: str, value: Any) -> None:
    made = output_image(np.zeros((2, 2, 3), np.uint8))
    body, parts = result_to_json(PictureResult("p", 2, 2, made))
    body["prediction"][name] = value
    with pytest.raises(BadFieldError):
        result_from_json(body, parts)


def test_that_every_missing_field_is_refused() -> None:
    for name in segmentation()[0]:
        body, parts = segmentation()
        del body[name]
        if name in {"problem", "prediction", "page", "range"}:
            result_from_json(body, parts)  # absent says the same as null
        else:
            with pytest.raises(BadFieldError, match=name):
                result_from_json(body, parts)


def test_that_a_score_beyond_one_by_rounding_is_one() -> None:
    body, parts = result_to_json(
        PictureResult("p", prediction=Classification((ClassScore(0, "a", 1.0000001),)))
    )
    prediction = result_from_json(body, parts).prediction
    assert prediction == Classification((ClassScore(0, "a", 1.0),))


@pytest.mark.parametrize(
    "packed",
    [b"", b"abcd", zlib.compress(bytes(3)), zlib.compress(bytes(5)), zlib.compress(bytes(10**7))],
)
@pytest.mark.parametrize("name", ["label_map", "confidence"])
def test_that_a_map_that_does_not_unpack_to_its_size_is_refused(name: str, packed: bytes) -> None:
    body, parts = segmentation()
    parts[name] = packed
    with pytest.raises(BadFieldError, match=name):
        result_from_json(body, parts)


def test_that_maps_travel_packed() -> None:
    prediction = Segmentation.pack(1000, 1000, bytes(10**6), bytes(10**6))
    _, parts = result_to_json(PictureResult("p", 1000, 1000, prediction))
    assert sum(map(len, parts.values())) < 20_000
