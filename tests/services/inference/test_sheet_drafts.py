"""Sheets that are tried before they lie on the disk."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.images.image_reader import read_picture
from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError, SheetError
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.model_runner import ModelRunner
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.predictions import Classification
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.results.result_writer import ResultWriter


class CountingRunner:
    """A runner, and how often it has loaded weights."""

    def __init__(self) -> None:
        self.loads = 0
        self.runner = ModelRunner(self._load, read_picture, ResultWriter())

    def _load(self, model: RunnableModel) -> LoadedModel:
        self.loads += 1
        return load_model(model)

    def best(self, model: RunnableModel, picture: str) -> str:
        request = PredictRequest(model, picture, 0.5, None)
        prediction = self.runner.predict(request, lambda: None).prediction
        assert isinstance(prediction, Classification)
        return prediction.scores[0].label


def drafted(model: RunnableModel, **changes: object) -> RunnableModel:
    sheet = json.loads(model.path.with_suffix(".ailab.json").read_text("utf-8"))
    return replace(model, sheet=json.dumps(sheet | changes))


def test_that_a_draft_counts_in_place_of_the_sheet_and_the_weights_stay(
    colour_model: Path, green_picture: str
) -> None:
    runner, model = CountingRunner(), open_model(colour_model)
    assert runner.best(model, green_picture) == "green"
    swapped = drafted(model, labels=["red", "grass", "blue"])
    assert runner.best(swapped, green_picture) == "grass"
    assert runner.best(model, green_picture) == "green"
    assert runner.loads == 1


def test_that_a_draft_that_does_not_suit_the_network_costs_no_weights(
    colour_model: Path, green_picture: str
) -> None:
    runner, model = CountingRunner(), open_model(colour_model)
    runner.best(model, green_picture)
    with pytest.raises(ModelFileError, match="its description makes them 9 × 8"):
        runner.best(drafted(model, input={"width": 9, "height": 8}), green_picture)
    assert runner.best(model, green_picture) == "green"
    assert runner.loads == 1


def test_that_files_that_changed_meanwhile_are_loaded_anew(
    colour_model: Path, green_picture: str, save_model: Callable[..., Path]
) -> None:
    runner, model = CountingRunner(), open_model(colour_model)
    runner.best(model, green_picture)
    colour_model.write_bytes(colour_model.read_bytes() + b"\x72\x00")
    runner.best(drafted(model, threshold=0.25), green_picture)
    assert runner.loads == 2


def test_that_a_bare_file_and_a_wrong_sheet_are_told_apart(colour_model: Path) -> None:
    sheet = colour_model.with_suffix(".ailab.json")
    assert open_model(colour_model).has_sheet
    sheet.write_text("{}")
    with pytest.raises(SheetError, match='lacks "format"'):
        open_model(colour_model)
    sheet.unlink()
    with pytest.raises(NotDescribedError, match="looks like a classifier, 8 × 8, 3 classes"):
        open_model(colour_model)
