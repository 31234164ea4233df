"""How many objects are in each picture of a run, as one table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finished_runs import FINISHED, PICTURES, RECORD, finished, table

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import Prompts
from ailab.services.results import counts_table
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_service import RunService
from fakes import a_depth_map

BOX = (1.0, 2.0, 11.0, 22.0)
INSIDE = PixelMap.pack(2, 3, bytes([255] * 6))
HEADS = ["picture", "label", "count", "threshold", "problem", "note"]
DAMAGED = "b = ü.png is damaged or incomplete."


def boxes(*found: tuple[str, float]) -> Detections:
    return Detections(tuple(Detection(0, label, score, BOX) for label, score in found))


def counts(folder: Path) -> list[list[str]]:
    return table(folder, "counts.csv")


def counted(folder: Path) -> list[list[str]]:
    """Picture's name, label and number of each row."""
    return [[Path(row[0]).name, *row[1:3]] for row in counts(folder)[1:]]


def files_of_counts(runs: Path) -> list[Path]:
    return list(runs.glob("*/counts*"))


async def test_that_only_what_reaches_the_threshold_is_counted(tmp_path: Path) -> None:
    cells = boxes(("cell", 0.9), ("cell", 0.5), ("cell", 0.49), ("dirt", 0.3))
    folder = await finished(tmp_path, cells)
    assert counts(folder) == [HEADS, [PICTURES[0], "cell", "2", "0.5", "", ""]]


async def test_that_every_picture_has_a_row_also_one_of_nothing_and_one_that_failed(
    tmp_path: Path,
) -> None:
    folder = await finished(tmp_path, boxes(("cell", 0.9)), None, boxes(("cell", 0.2)))
    assert counts(folder)[1:] == [
        [PICTURES[0], "cell", "1", "0.5", "", ""],
        [PICTURES[1], "", "", "0.5", DAMAGED, ""],
        [PICTURES[2], "cell", "0", "0.5", "", ""],
    ]


async def test_that_a_label_found_elsewhere_in_the_run_counts_0(tmp_path: Path) -> None:
    """Else a mean over the pictures would leave out those without any."""
    both = boxes(("cat", 0.9), ("dog", 0.9), ("dog", 0.8))
    folder = await finished(tmp_path, boxes(("cat", 0.9)), both, Detections(()))
    assert counted(folder) == [
        ["a.png", "cat", "1"],
        ["a.png", "dog", "0"],
        ["b = ü.png", "dog", "2"],
        ["b = ü.png", "cat", "1"],
        ["c.png", "cat", "0"],
        ["c.png", "dog", "0"],
    ]


async def test_that_a_label_asked_for_and_found_nowhere_counts_0(tmp_path: Path) -> None:
    asked = Prompts(Prompt(labels=("cat", " dog ", "")))
    folder = await finished(tmp_path, boxes(("cat", 0.9)), prompts=asked)
    assert counted(folder) == [["a.png", "cat", "1"], ["a.png", "dog", "0"]]


async def test_that_a_run_that_found_nothing_at_all_says_0_of_each_picture(tmp_path: Path) -> None:
    folder = await finished(tmp_path, boxes(), boxes(("cell", 0.1)))
    assert counted(folder) == [["a.png", "", "0"], ["b = ü.png", "", "0"]]


async def test_that_too_many_rows_for_a_spreadsheet_leave_out_zeros_of_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts_table, "_MOST_ROWS", 5)
    folder = await finished(tmp_path, boxes(("cat", 0.9)), boxes(("dog", 0.9)), Detections(()))
    assert counted(folder) == [
        ["a.png", "cat", "1"],
        ["b = ü.png", "dog", "1"],
        ["c.png", "", "0"],
    ]


async def test_that_a_cancelled_run_counts_the_pictures_done(tmp_path: Path) -> None:
    folder = await finished(tmp_path, boxes(("cell", 0.9)), None, end=None)
    assert [row[0] for row in counts(folder)[1:]] == list(PICTURES[:2])


async def test_that_what_was_done_to_a_picture_stands_with_its_number(tmp_path: Path) -> None:
    notes = ("Page 1 of 9 is used.", "16-bit picture: values 0 to 9 were stretched to 8 bits.")
    folder = await finished(tmp_path, boxes(("cell", 0.9)), notes=notes)
    assert counts(folder)[1][-2:] == ["", " ".join(notes)]


@pytest.mark.parametrize(
    ("task", "is_counted"), [("object-detection", True), ("image-classification", False)]
)
async def test_that_where_all_failed_the_task_tells_whether_there_is_a_table(
    task: str, is_counted: bool, tmp_path: Path
) -> None:
    folder = await finished(tmp_path, None, None, task=task)
    assert (folder / "counts.csv").exists() is is_counted
    if is_counted:
        assert [row[4] for row in counts(folder)[1:]] == [
            "a.png is damaged or incomplete.",
            DAMAGED,
        ]


async def test_that_a_result_damaged_meanwhile_is_told_of(tmp_path: Path) -> None:
    folder = await finished(tmp_path, boxes(("cell", 0.9)), boxes(("cell", 0.9)))
    (folder / "a.json").write_text("{", encoding="utf-8")
    record = replace(RECORD, results=("a.json", "b = ü.json"), finished=FINISHED)
    await RunService().sum_up(folder, record)
    first, second = counts(folder)[1:]
    assert first[:3] == [PICTURES[0], "", ""]
    assert first[4].startswith("Its result a.json was damaged or removed")
    assert second[:3] == [PICTURES[1], "cell", "1"]


@pytest.mark.parametrize(
    ("prediction", "rows"),
    [
        (
            Masks(40, 30, (Mask(0.8, 0.1, 4, 5, INSIDE), Mask(0.2, 0.1, 0, 0, INSIDE))),
            [["a.png", "mask", "1"]],
        ),
        (
            Keypoints((Pose(0.9, (Keypoint(1, 2, 0.1, 0),), None, ""),), ("nose",)),
            [["a.png", "thing", "1"]],
        ),
        (
            GeneratedText("a cat", places=(Place("cat", BOX), Place("", BOX))),
            [["a.png", "cat", "1"], ["a.png", "place", "1"]],
        ),
    ],
)
async def test_that_masks_poses_and_places_are_counted(
    prediction: Prediction, rows: list[list[str]], tmp_path: Path
) -> None:
    assert counted(await finished(tmp_path, prediction)) == rows


async def test_that_a_segmentation_tells_the_share_of_the_area(tmp_path: Path) -> None:
    flat = bytes(40 * 30)
    segments = (
        Segment(1, 0, "cell", 0.9, 0.25),
        Segment(2, 0, "cell", 0.8, 0.125),
        Segment(3, 1, "dirt", 0.4, 0.5),
    )
    found = Segmentation.pack(40, 30, flat, flat, segments)
    nothing = Segmentation.pack(40, 30, flat, flat)
    folder = await finished(tmp_path, found, nothing, None, task="image-segmentation")
    assert counts(folder) == [
        ["picture", "label", "regions", "area", "threshold", "problem", "note"],
        [PICTURES[0], "cell", "2", "0.375", "0.5", "", ""],
        [PICTURES[1], "cell", "0", "0", "0.5", "", ""],
        [PICTURES[2], "", "", "", "0.5", "c.png is damaged or incomplete.", ""],
    ]


@pytest.mark.parametrize(
    "prediction",
    [
        Classification((ClassScore(3, "tabby", 0.9),)),
        a_depth_map([[0.5, 2.0]]),
        Features(FloatMap.pack(np.ones((1, 4), np.float32))),
        GeneratedText("two cats"),
        Keypoints((Pose(1.0, (Keypoint(1.0, 2.0, 0.5, 0),), None, ""),)),
    ],
)
async def test_that_nothing_is_written_where_nothing_is_counted(
    prediction: Prediction, tmp_path: Path
) -> None:
    folder = await finished(tmp_path, prediction, task="any")
    assert not (folder / "counts.csv").exists()


async def test_that_half_a_table_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[object]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(counts_table, "_all_labels", full)
    with pytest.raises(ResultError, match="disk is full"):
        await finished(tmp_path, boxes(("cell", 0.9)))
    assert not files_of_counts(tmp_path)


async def test_that_the_number_of_a_label_is_that_of_the_saved_result(tmp_path: Path) -> None:
    cells = boxes(*((("cell", 0.05 + number / 100)) for number in range(90)))
    folder = await finished(tmp_path, cells)
    items = json.loads((folder / "a.json").read_text("utf-8"))["prediction"]["items"]
    assert counted(folder)[0][2] == str(sum(each["score"] >= 0.5 for each in items))
