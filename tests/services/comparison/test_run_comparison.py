"""Two saved runs, compared from their folders."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finished_runs import PICTURES, finished

from ailab.services.comparison.agreement import ThingAgreement
from ailab.services.comparison.agreement_total import total_of
from ailab.services.comparison.comparison_json import comparison_to_json
from ailab.services.comparison.comparison_table import comparison_table
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.run_comparison import RunComparison
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
    Segment,
    Segmentation,
)
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_json import read_record, write_record

HERE, THERE = (0.0, 0.0, 9.0, 9.0), (20.0, 0.0, 30.0, 9.0)


def boxes(*items: tuple[str, tuple[float, float, float, float]]) -> Detections:
    return Detections(tuple(Detection(0, label, 0.9, box) for label, box in items))


async def two_runs(tmp_path: Path) -> tuple[Path, Path]:
    a = await finished(tmp_path / "a", boxes(("cat", HERE), ("dog", THERE)), boxes(), None)
    b = await finished(tmp_path / "b", boxes(("cat", HERE)), boxes(("cat", HERE)), boxes())
    return a, b


async def test_that_pictures_of_both_runs_are_compared_one_by_one(tmp_path: Path) -> None:
    comparison = RunComparison(*await two_runs(tmp_path))
    first, second, third = comparison.pictures()
    assert comparison.kind == "detections"
    assert [each.name for each in (first, second, third)] == ["a.png", "deep/b = ü.png", "c.png"]
    assert isinstance(first.agreement, ThingAgreement)
    assert (first.agreement.total.matched, first.agreement.total.only_a) == (1, 1)
    assert third.agreement is None
    assert third.why_not == "It failed in A: c.png is damaged or incomplete."
    total = total_of([each.agreement for each in (first, second) if each.agreement])
    assert total.pictures == 2
    assert dict(total.figures) == {"matched": 1, "only_a": 1, "only_b": 1, "mean_iou": 1.0}
    assert total.labels is not None
    assert [each.label for each in total.labels] == ["cat", "dog"]


async def test_that_pictures_of_one_run_alone_are_named_at_last(tmp_path: Path) -> None:
    a, b = await two_runs(tmp_path)
    record = read_record(b)
    moved = replace(record, pictures=(*PICTURES[:2], "/pictures/other.png"))
    write_record(b, moved)
    found = list(RunComparison(a, b).pictures())
    assert [each.only_in for each in found] == ["", "", "A", "B"]
    assert [each.name for each in found[2:]] == ["c.png", "other.png"]
    told = comparison_to_json(RunComparison(a, b), found)
    assert told["only_a"] == [{"picture": PICTURES[2], "page": None, "range": None}]
    assert [each["picture"] for each in told["only_b"]] == ["/pictures/other.png"]
    assert len(told["results"]) == 2
    assert told["totals"]["matched"] == 1
    assert told["a"]["model"] == "acme/nuclei"


async def test_that_the_table_has_a_row_for_each_label(tmp_path: Path) -> None:
    comparison = RunComparison(*await two_runs(tmp_path))
    with comparison_table(tmp_path / "t.csv", comparison) as table:
        for each in comparison.pictures():
            table.write(each)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["picture", "label", "matched", "only_a", "only_b", "mean_iou", "note"],
        [PICTURES[0], "cat", "1", "0", "0", "1.0", ""],
        [PICTURES[0], "dog", "0", "1", "0", "", ""],
        [PICTURES[1], "cat", "0", "0", "1", "", ""],
        [PICTURES[2], "", "", "", "", "", "It failed in A: c.png is damaged or incomplete."],
    ]


async def test_that_the_threshold_is_each_runs_own_unless_one_is_given(tmp_path: Path) -> None:
    a, b = await two_runs(tmp_path)
    write_record(b, replace(read_record(b), threshold=0.95))
    assert [side.threshold for side in RunComparison(a, b).sides] == [0.5, 0.95]
    first = next(RunComparison(a, b).pictures()).agreement
    assert isinstance(first, ThingAgreement)
    assert (first.total.matched, first.total.only_a) == (0, 2)
    assert [side.threshold for side in RunComparison(a, b, 0.1).sides] == [0.1, 0.1]


async def test_that_runs_that_say_nothing_about_one_another_are_refused(tmp_path: Path) -> None:
    a, b = await two_runs(tmp_path)
    classes = Classification((ClassScore(0, "cat", 0.9),))
    other = await finished(tmp_path / "c", None, classes, task="image-classification")
    with pytest.raises(NotComparedError) as refused:
        RunComparison(a, other)
    assert refused.value.message == (
        "A (object-detection) finds boxes and B (image-classification) classes, which cannot be "
        "compared."
    )
    write_record(b, replace(read_record(b), pictures=("/x/1.png", "/x/2.png", "/x/3.png")))
    with pytest.raises(NotComparedError, match="share no picture"):
        RunComparison(a, b)
    with pytest.raises(ResultError, match="There is no folder"):
        RunComparison(a, tmp_path / "nowhere")


async def test_that_a_result_whose_file_is_gone_is_told_of_alone(tmp_path: Path) -> None:
    a, b = await two_runs(tmp_path)
    (b / "a.json").unlink()
    first, second, _ = RunComparison(a, b).pictures()
    assert "a.json" in first.why_not
    assert second.agreement is not None


async def test_that_a_run_that_broke_off_is_compared_as_far_as_it_came(tmp_path: Path) -> None:
    a, b = await two_runs(tmp_path)
    cut = replace(read_record(b), results=(), failures=(), finished=None)
    write_record(b, cut)  # as where the lab was ended before it could write down what was done
    (b / "c.json").unlink()
    first, second, third = RunComparison(b, a).pictures()
    assert first.agreement is not None
    assert second.agreement is not None
    assert third.why_not == "A broke off before it."


async def test_that_it_is_told_what_vectors_of_two_networks_are_worth(tmp_path: Path) -> None:
    vector = Features(FloatMap.pack(np.array([[1, 2, 3]], np.float32)))
    a = await finished(tmp_path / "a", vector, task="image-feature-extraction")
    b = await finished(tmp_path / "b", vector, task="image-feature-extraction")
    assert RunComparison(a, b).notes == ()
    write_record(b, replace(read_record(b), model="acme/other"))
    (note,) = RunComparison(a, b).notes
    assert note.startswith("Vectors of two networks say nothing")
    write_record(a, replace(read_record(a), pictures=tuple(f"/moved{each}" for each in PICTURES)))
    by_name, _ = RunComparison(a, b).notes
    assert "those of the same name" in by_name


async def test_that_label_maps_of_a_run_are_compared_from_their_files(tmp_path: Path) -> None:
    labels = np.zeros((30, 40), np.uint8)
    labels[:, 10:] = 1
    sure = np.full((30, 40), 255, np.uint8)
    segments = (Segment(1, 5, "sky", 1.0, 0.75),)
    found = Segmentation.pack(40, 30, labels.tobytes(), sure.tobytes(), segments)
    task = "image-segmentation"
    a = await finished(tmp_path / "a", found, task=task)
    b = await finished(tmp_path / "b", found, task=task)
    comparison = RunComparison(a, b)
    compared = list(comparison.pictures())[:1]
    (picture,) = comparison_to_json(comparison, compared)["results"]
    assert (picture["same_pixels"], picture["mean_iou"]) == (1.0, 1.0)
    assert picture["labels"][0]["pixels_in_both"] == 900
