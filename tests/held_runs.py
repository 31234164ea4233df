"""Runs of the same pictures by two models, one of them saved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fake_runs import FakeRuns
from finished_runs import RECORD

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detection, Detections, Prediction
from ailab.services.problem import Problem
from ailab.viewmodels.results import ResultsViewModel

SAVED = "/runs/other"
PICTURES = ("/p/a.png", "/p/b.png", "/p/c.png")
CAT = Detection(0, "cat", 0.9, (10, 10, 60, 60))
DOG = Detection(1, "dog", 0.4, (100, 20, 160, 80))


def result(picture: str, prediction: Prediction | None) -> PictureResult:
    """What came of a picture; None for one that failed."""
    if prediction is None:
        return PictureResult(picture, problem=Problem("It is damaged."))
    return PictureResult(picture, 320, 240, prediction)


def show(results: ResultsViewModel, *predictions: Prediction | None) -> None:
    """Show run A of the first of the pictures."""
    pairs = zip(PICTURES, predictions, strict=False)
    results.show_run("acme/one", "/runs/one", tuple(result(*pair) for pair in pairs), 0.5, "fp16")


def save(runs: FakeRuns, *predictions: Prediction | None, task: str = "object-detection") -> None:
    """Put run B among the saved ones; of the last of the pictures it has nothing."""
    pictures = PICTURES[: len(predictions)]
    runs.records[Path(SAVED)] = replace(RECORD, model="acme/other", task=task, pictures=pictures)
    pairs = zip(pictures, predictions, strict=True)
    runs.results[Path(SAVED)] = tuple(result(*pair) for pair in pairs)


def boxes(*items: Detection) -> Detections:
    """Some boxes."""
    return Detections(items)
