"""What a whole run found, as one file of COCO's and one table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finished_runs import FINISHED, PICTURES, RECORD, coco, finished, table

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthScale,
    Detection,
    Detections,
    Prediction,
)
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import free_name
from ailab.services.results.run_lengths import mask_counts
from ailab.services.results.run_service import RunService
from fakes import a_depth_map

CELLS = Detections(
    (
        Detection(0, "cell", 0.98765432, (-3.5, -2.0, 30.25, 20.0)),
        Detection(17, "=cat, “big”", 0.06, (1.0, 2.0, 11.0, 22.0)),
    )
)


async def test_that_boxes_of_all_pictures_are_one_file_of_coco_s(tmp_path: Path) -> None:
    found = coco(await finished(tmp_path, CELLS, Detections(()), CELLS))
    assert found["images"] == [
        {"id": 1, "file_name": "a.png", "width": 40, "height": 30},
        {"id": 2, "file_name": "deep/b = ü.png", "width": 40, "height": 30},
        {"id": 3, "file_name": "c.png", "width": 40, "height": 30},
    ]
    assert [(each["id"], each["name"]) for each in found["categories"]] == [
        (0, "cell"),
        (17, "=cat, “big”"),
    ]
    assert [(each["id"], each["image_id"]) for each in found["annotations"]] == [
        (1, 1),
        (2, 1),
        (3, 3),
        (4, 3),
    ]
    assert found["annotations"][1] == {
        "id": 2,
        "image_id": 1,
        "iscrowd": 0,
        "category_id": 17,
        "bbox": [1.0, 2.0, 10.0, 20.0],
        "area": 200.0,
        "score": 0.06,
    }
    assert found["info"]["description"] == "Found by acme/nuclei"


async def test_that_a_second_file_has_what_reaches_the_threshold_alone(tmp_path: Path) -> None:
    boxes = Detections(
        tuple(
            Detection(number, label, score, (1.0, 2.0, 11.0, 22.0))
            for number, label, score in ((7, "fox", 0.9), (3, "deer", 0.5), (5, "hare", 0.49))
        )
    )
    folder = await finished(tmp_path, boxes, None, Detections(()))
    every = coco(folder)
    sure = json.loads((folder / "coco.threshold.json").read_text("utf-8"))
    assert [each["score"] for each in every["annotations"]] == [0.9, 0.5, 0.49]
    assert sure["annotations"] == every["annotations"][:2]
    assert all(sure[part] == every[part] for part in ("images", "categories", "info"))


async def test_that_boxes_are_rows_of_a_table(tmp_path: Path) -> None:
    rows = table(await finished(tmp_path, CELLS, None, CELLS))
    assert rows[0] == ["picture", "label", "score", "x0", "y0", "x1", "y1", "class_id"]
    assert rows[1] == [PICTURES[0], "cell", "0.987654", "-3.5", "-2.0", "30.25", "20.0", "0"]
    assert rows[2][1] == "'=cat, “big”"
    assert [row[0] for row in rows[1:]] == [PICTURES[0], PICTURES[0], PICTURES[2], PICTURES[2]]


async def test_that_a_turned_rectangle_is_a_polygon(tmp_path: Path) -> None:
    corners = ((10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 10.0))
    line = Detections((Detection(0, "text", 0.9, (0.0, 0.0, 20.0, 20.0), corners),))
    (annotation,) = coco(await finished(tmp_path, line))["annotations"]
    assert annotation["segmentation"] == [[10, 0, 20, 10, 10, 20, 0, 10]]
    assert annotation["area"] == 200


async def test_that_poses_have_their_points_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ("nose", "left eye", "right eye")
    poses = Keypoints(
        (
            Pose(0.9, (Keypoint(5, 6, 0.3, 2), Keypoint(1.5, 2, 0.8, 0)), (0, 1, 9, 11), "cat"),
            Pose(0.7, (Keypoint(2, 3, 0.9, 1), Keypoint(4, 9, 0.9, 0)), None, ""),
        ),
        names,
        ((0, 1), (0, 2)),
    )
    folder = await finished(tmp_path, poses, task="keypoint-detection")
    found = coco(folder)
    assert [
        (each["id"], each["name"], each["keypoints"], each["skeleton"])
        for each in found["categories"]
    ] == [
        (1, "cat", list(names), [[1, 2], [1, 3]]),
        (2, "thing", list(names), [[1, 2], [1, 3]]),
    ]
    first, second = found["annotations"]
    assert first["keypoints"] == [1.5, 2, 2, 0, 0, 0, 5, 6, 1]  # the last below the threshold
    assert (first["num_keypoints"], first["bbox"]) == (2, [0, 1, 9, 10])
    assert second["bbox"] == [2, 3, 2, 6]
    assert table(folder)[1] == [
        *(PICTURES[0], "cat", "0.9", "1", "right eye", "5.0", "6.0", "0.3"),
    ]


async def test_that_masks_bring_their_run_lengths(tmp_path: Path) -> None:
    inside = PixelMap.pack(2, 3, bytes([255] * 6))
    masks = Masks(
        40, 30, (Mask(0.8, 6 / 1200, 4, 5, inside, "cup"), Mask(0.7, 6 / 1200, 0, 0, inside))
    )
    folder = await finished(tmp_path, masks, task="mask-generation")
    found = coco(folder)
    cup, other = found["annotations"]
    assert (cup["bbox"], cup["area"]) == ([4, 5, 2, 3], 6)
    (saved, _) = json.loads((folder / "a.json").read_text("utf-8"))["prediction"]["items"]
    assert cup["segmentation"] == saved["segmentation"]
    assert cup["segmentation"]["size"] == [30, 40]
    assert [each["name"] for each in found["categories"]] == ["cup", "mask"]
    assert other["category_id"] == 2
    assert table(folder)[1][1:7] == ["cup", "0.8", "4.0", "5.0", "6.0", "8.0"]


async def test_that_masks_kept_smaller_than_their_picture_are_enlarged(tmp_path: Path) -> None:
    inside = PixelMap.pack(2, 3, bytes([255] * 6))
    masks = Masks(20, 15, (Mask(0.8, 6 / 300, 4, 5, inside, "cup"),))
    (cup,) = coco(await finished(tmp_path, masks, task="mask-generation"))["annotations"]
    assert (cup["bbox"], cup["area"]) == ([8, 10, 4, 6], 24)
    assert cup["segmentation"]["size"] == [30, 40]
    whole = PixelMap.pack(4, 6, bytes([255] * 24))
    assert cup["segmentation"]["counts"] == mask_counts(whole, 8, 10, 40, 30)


@pytest.mark.parametrize(
    ("prediction", "rows"),
    [
        (
            Classification((ClassScore(3, "tabby, tabby cat", 0.9), ClassScore(1, "ä", 0.05))),
            [
                ["label", "score", "class_id"],
                ["tabby, tabby cat", "0.9", "3"],
                ["ä", "0.05", "1"],
            ],
        ),
        (
            a_depth_map([[0.5, 2.0, 7.25], [3.0, 4.0, 1.0]], DepthScale.METRES),
            [["scale", "minimum", "median", "maximum"], ["metres", "0.5", "2.5", "7.25"]],
        ),
        (
            Classification((ClassScore(3, "2", 0.75), ClassScore(0, "no", 0.25)), "How many?"),
            [
                ["label", "score", "class_id", "question"],
                ["2", "0.75", "3", "How many?"],
                ["no", "0.25", "0", "How many?"],
            ],
        ),
        (
            GeneratedText("two\ncats", 0.75, "How many?"),
            [["text", "score", "question"], ["two\ncats", "0.75", "How many?"]],
        ),
        (
            GeneratedText("two cats"),
            [["text", "score", "question"], ["two cats", "", ""]],
        ),
    ],
)
async def test_that_other_results_are_rows_and_nothing_of_coco_s(
    prediction: Prediction, rows: list[list[str]], tmp_path: Path
) -> None:
    folder = await finished(tmp_path, prediction, task="any")
    found = table(folder)
    assert [row[1:] for row in found] == rows
    assert found[0][0] == "picture"
    assert not (folder / "coco.json").exists()


@pytest.mark.parametrize(
    ("prediction", "has_table"),
    [
        (Features(FloatMap.pack(np.ones((1, 4), np.float32))), False),
        (output_image(np.zeros((8, 10, 3), np.uint8)), False),
        (Keypoints((Pose(1.0, (Keypoint(1.0, 2.0, 0.5, 0),), None, ""),)), True),
        (None, False),
    ],
)
async def test_that_what_fits_neither_is_written_to_neither(
    prediction: Prediction | None, tmp_path: Path, *, has_table: bool
) -> None:
    folder = await finished(tmp_path, prediction, task="any")
    assert (folder / "results.csv").exists() is has_table
    assert not (folder / "coco.json").exists()


async def test_that_a_damaged_result_does_not_cost_the_others(tmp_path: Path) -> None:
    folder = await finished(tmp_path, CELLS, CELLS, CELLS)
    whole = json.loads((folder / "a.json").read_text("utf-8"))
    whole["prediction"]["items"][1]["box"] = [1, 2]
    (folder / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    (folder / "b = ü.json").write_text("{", encoding="utf-8")
    record = replace(RECORD, results=("a.json", "b = ü.json", "c.json"), finished=FINISHED)
    await RunService().sum_up(folder, record)
    assert [each["file_name"] for each in coco(folder)["images"]] == ["c.png"]
    assert [row[0] for row in table(folder)[1:]] == [PICTURES[2]] * 2


async def test_that_what_a_cancelled_run_has_found_is_summed_up(tmp_path: Path) -> None:
    folder = await finished(tmp_path, CELLS, CELLS, end=None)
    found = coco(folder)
    assert [each["file_name"] for each in found["images"]] == ["a.png", "deep/b = ü.png"]
    assert len(found["annotations"]) == 4
    assert "stopped after 2 of 3 pictures" in found["info"]["description"]
    assert {row[0] for row in table(folder)[1:]} == set(PICTURES[:2])
    saved = await RunService().load(str(folder))
    assert [each.picture for each in saved.results] == list(PICTURES[:2])


async def test_that_half_a_file_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    for part in ("coco_file._bytes", "results_table._cell"):
        with monkeypatch.context() as patched:
            patched.setattr(f"ailab.services.results.{part}", full)
            with pytest.raises(ResultError, match="disk is full"):
                await finished(tmp_path / part, CELLS)
        (folder,) = (tmp_path / part).iterdir()
        assert not list(folder.glob("*.part"))
        assert not (folder / "coco.json").exists()


def test_that_no_picture_takes_the_name_of_the_run_s_own_files(tmp_path: Path) -> None:
    assert free_name(tmp_path, "/pictures/coco.png") == "coco (2)"
    assert free_name(tmp_path, "/pictures/COCO.png") == "COCO (2)"
    assert free_name(tmp_path, "/pictures/coco.threshold.png") == "coco.threshold (2)"
    assert free_name(tmp_path, "/pictures/words.png") == "words (2)"
    assert free_name(tmp_path, "/pictures/results.png") == "results"
