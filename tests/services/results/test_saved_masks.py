"""Masks in a result's files and in its annotated copy."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from ailab.services.inference.masks import MOST_MASKS, Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.label_colors import label_color
from ailab.services.results.mask_labels import mask_labels
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter
from fake_masks import discs

NAMED = replace(discs(90, 60, (30, 30, 25, 0.9)).items[0], label="a red cat")
FOUND = discs(90, 60, (30, 30, 25, 0.95), (34, 30, 8, 0.9), (70, 20, 30, 0.4))


def write(folder: Path, masks: Masks) -> Path:
    picture = np.full((60, 90, 3), 128, np.uint8)
    result = PictureResult("cells.tif", 90, 60, masks)
    return ResultWriter().write(folder, result, picture, threshold=0.5)[0]


def change(file: Path, **item: Any) -> None:
    """Change the first mask of a result's file."""
    body = json.loads(file.read_text("utf-8"))
    body["prediction"]["items"][0] |= item
    file.write_text(json.dumps(body), "utf-8")


@pytest.mark.parametrize(
    "masks", [FOUND, Masks(90, 60, (NAMED,)), Masks(90, 60, ())], ids=["three", "named", "none"]
)
def test_that_masks_are_read_back_as_they_were(tmp_path: Path, masks: Masks) -> None:
    file = write(tmp_path, masks)
    assert read_result(file).prediction == masks
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cells.annotated.jpg",
        "cells.json",
        "cells.masks.png",
    ]


def test_that_as_many_masks_as_are_kept_of_a_picture_are_read_back(tmp_path: Path) -> None:
    most = discs(90, 60, *((i % 90, i // 90, 0, 0.9) for i in range(MOST_MASKS)))
    assert read_result(write(tmp_path, most)).prediction == most
    more = replace(most, items=(*most.items, most.items[0]))
    with pytest.raises(ResultError, match="damaged"):
        read_result(write(tmp_path, more))


def test_that_each_pixel_has_the_number_of_its_mask(tmp_path: Path) -> None:
    file = write(tmp_path, FOUND)
    name = json.loads(file.read_text("utf-8"))["prediction"]["label_image"]
    with Image.open(tmp_path / name) as image:
        assert image.mode == "I;16"
        labels = np.asarray(image)
    assert labels.shape == (60, 90)
    assert labels[30, 15] == 1
    assert labels[30, 34] == 2  # of both, the smaller one
    assert labels[20, 75] == 3
    assert labels[0, 0] == 0
    assert np.array_equal(np.unique(labels), [0, 1, 2, 3])


def test_that_many_masks_keep_their_numbers() -> None:
    many = discs(400, 4, *((3 + i, 1, 0, 0.9) for i in range(390)))
    labels = mask_labels(many)
    assert labels.max() == 390  # more than a byte holds
    assert labels[1, 3 + 299] == 300


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_that_other_programs_find_the_masks(tmp_path: Path) -> None:
    body = json.loads(write(tmp_path, FOUND).read_text("utf-8"))["prediction"]
    assert (body["kind"], body["width"], body["height"]) == ("masks", 90, 60)
    y, x = np.mgrid[:60, :90]
    first = coco.decode(body["items"][0]["segmentation"])
    assert np.array_equal(first, (x - 30) ** 2 + (y - 30) ** 2 <= 25**2)
    assert body["items"][0]["box"] == [5, 5, 56, 56]
    assert body["items"][0].keys() == {"score", "area", "box", "segmentation"}


@pytest.mark.parametrize(
    "item",
    [
        {"box": [5, 5, 56, 61]},
        {"box": [5, 5, 55, 56]},
        {"box": [5.5, 5, 56, 56]},
        {"box": "all"},
        {"score": 3},
        {"segmentation": {"size": [60, 91], "counts": "0"}},
        {"segmentation": {"size": [60, 90], "counts": "~"}},
        {"segmentation": None},
    ],
)
def test_that_changed_masks_are_told(tmp_path: Path, item: dict[str, Any]) -> None:
    file = write(tmp_path, FOUND)
    change(file, **item)
    with pytest.raises(ResultError, match="damaged"):
        read_result(file)


def test_that_masks_of_a_picture_that_cannot_be_are_told(tmp_path: Path) -> None:
    file = write(tmp_path, FOUND)
    body = json.loads(file.read_text("utf-8"))
    body["prediction"]["width"] = body["prediction"]["height"] = 40_000_000
    file.write_text(json.dumps(body), "utf-8")
    with pytest.raises(ResultError, match="damaged"):
        read_result(file)


def test_that_a_mask_within_another_stays_in_sight_in_the_copy() -> None:
    grey = np.full((600, 900, 3), 128, np.uint8)
    masks = discs(900, 600, (300, 300, 250, 0.95), (340, 300, 80, 0.9), (700, 200, 150, 0.4))
    picture = np.asarray(annotated_picture(grey, masks, 0.5))
    large, small = (np.array(label_color(number)) for number in (0, 1))

    def is_towards(x: int, y: int, color: np.ndarray[Any, Any]) -> bool:
        seen = picture[y, x].astype(int)
        return bool((np.abs(seen - color) < np.abs(128 - color)).all())

    assert is_towards(150, 300, large)
    assert is_towards(340, 300, small)
    assert tuple(picture[300, 51]) == label_color(0)  # its outline
    assert tuple(picture[300, 261]) == label_color(1)
    assert tuple(picture[200, 700]) == (128, 128, 128)  # below the threshold
    strip = picture[600:].reshape(-1, 3).tolist()
    assert list(label_color(1)) in strip
    assert list(label_color(2)) not in strip


@pytest.mark.parametrize("size", [(1, 1), (3000, 2), (9000, 20)])
def test_that_masks_of_pictures_of_every_size_are_drawn(size: tuple[int, int]) -> None:
    width, height = size
    masks = discs(width, height, (width // 2, height // 2, 3, 0.9), (0, 0, 0, 0.8))
    copy = annotated_picture(np.zeros((height, width, 3), np.uint8), masks, 0.5)
    assert copy.width >= min(width, 640)
