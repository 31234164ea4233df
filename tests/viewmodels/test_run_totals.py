"""The totals of a run, which follow the threshold."""

from __future__ import annotations

import random

import pytest

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
    Prediction,
)
from ailab.services.problem import Problem
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.run_totals import RunScores, RunTotals
from fake_pictures import FakePictures

BOX = (1.0, 2.0, 11.0, 22.0)
INSIDE = PixelMap.pack(1, 1, b"\xff")
FAILED = PictureResult("d.png", problem=Problem("It is damaged.", ""))


def result(prediction: Prediction) -> PictureResult:
    return PictureResult("a.png", 40, 30, prediction)


def boxes(*found: tuple[str, float]) -> PictureResult:
    return result(Detections(tuple(Detection(0, label, score, BOX) for label, score in found)))


RUN = (
    boxes(("cat", 0.9), ("dog", 0.6), ("dog", 0.5)),
    boxes(("cat", 0.2)),
    boxes(),
    FAILED,
)


async def test_that_the_totals_of_a_run_follow_the_slider() -> None:
    results = ResultsViewModel(FakePictures())
    results.start_run("acme/pets", ("a.png", "b.png", "c.png", "d.png"), 0.5)
    assert results.state.totals is None
    for each in RUN:
        results.add_result(each)
    assert results.state.totals == RunTotals((("dog", 2), ("cat", 1)), 3, 2, 1)
    results.set_threshold(0.1)
    assert results.state.totals == RunTotals((("cat", 2), ("dog", 2)), 3, 1, 1)
    results.set_threshold(0.7)
    assert results.state.totals == RunTotals((("cat", 1),), 3, 2, 1)
    results.add_result(boxes(("cat", 0.8)))
    assert results.state.totals == RunTotals((("cat", 2),), 4, 2, 1)
    results.show_pictures(("a.png",))
    assert results.state.totals is None
    await results.close()


async def test_that_a_saved_run_has_its_totals_at_its_threshold() -> None:
    results = ResultsViewModel(FakePictures())
    results.set_threshold(0.1)
    results.show_run("acme/pets", "folder", RUN, 0.6)
    assert results.state.totals == RunTotals((("cat", 1), ("dog", 1)), 3, 2, 1)
    await results.close()


def test_that_totals_are_the_sums_of_what_each_picture_shows() -> None:
    dice = random.Random(5)
    run = [
        boxes(*((dice.choice("abc"), dice.randrange(101) / 100) for _ in range(dice.randrange(9))))
        for _ in range(40)
    ]
    scores = RunScores(run[:20])
    for place, percent in enumerate((50, 0, 100, 37, 37, 62, 5)):
        scores.add(run[20 + place])
        scores.set_threshold(percent / 100)
        shown = [each.prediction.above(percent / 100) for each in run[: 21 + place]]  # type: ignore[union-attr]  # none failed
        labels = [item.label for each in shown for item in each.items]  # type: ignore[union-attr]  # all are boxes
        totals = scores.totals
        assert totals is not None
        assert dict(totals.labels) == {label: labels.count(label) for label in set(labels)}
        assert totals.empty == sum(not each.items for each in shown)  # type: ignore[union-attr]  # all are boxes


@pytest.mark.parametrize(
    ("prediction", "labels"),
    [
        (Masks(4, 4, (Mask(0.8, 0.1, 0, 0, INSIDE), Mask(0.3, 0.1, 0, 0, INSIDE))), [("mask", 1)]),
        (Keypoints((Pose(0.9, (Keypoint(1, 2, 0.1, 0),)),), ("nose",)), [("pose", 1)]),
        (Keypoints((Pose(0.9, (Keypoint(1, 2, 0.1, 0),)),)), None),
        (Classification((ClassScore(3, "tabby", 0.9),)), None),
        (GeneratedText("a cat", places=(Place("cat", BOX),)), None),
    ],
)
def test_that_masks_and_poses_are_counted_and_nothing_else(
    prediction: Prediction, labels: list[tuple[str, int]] | None
) -> None:
    totals = RunScores([result(prediction)]).totals
    assert (None if totals is None else list(totals.labels)) == labels
