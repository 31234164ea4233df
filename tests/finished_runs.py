"""Folders of runs, as real services leave them, and what lies there of a run as a whole."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from ailab.services.images.pixel_size import PixelSize
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.results.model_identity import RECORDED_HUB
from ailab.services.results.result_writer import ResultWriter
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_service import RunService

PICTURES = ("/pictures/a.png", "/pictures/deep/b = ü.png", "/pictures/c.png")
RECORD = RunRecord(
    model="acme/nuclei",
    model_source=RECORDED_HUB,
    revision="a" * 40,
    endpoint="https://hub.test",
    task="object-detection",
    threshold=0.5,
    started="2026-03-01T12:30:00+00:00",
    pictures=PICTURES,
    versions=(("ailab", "1.0"),),
)
FINISHED = "2026-03-01T12:30:05+00:00"


async def finished(
    folder: Path,
    *predictions: Prediction | None,
    task: str = "",
    end: str | None = FINISHED,
    notes: tuple[str, ...] = (),
    prompts: Prompts = NO_PROMPTS,
    sizes: tuple[PixelSize | None, ...] = (None, None, None),
    taken: tuple[str, ...] = ("", "", ""),
) -> Path:
    """The folder of a run of these results, None for a picture that failed, at its end.

    Where that is None too, the run was cancelled after them. `sizes` are those of their pixels,
    `taken` when cameras took them.
    """
    runs = RunService()
    record = replace(RECORD, task=task or RECORD.task, prompts=prompts)
    place = await runs.start(str(folder), record)
    names: list[str] = []
    failures: list[tuple[str, str]] = []
    for picture, prediction, size, time in zip(PICTURES, predictions, sizes, taken, strict=False):
        if prediction is None:
            names.append("")
            failures.append((picture, f"{PurePath(picture).name} is damaged or incomplete."))
            continue
        result = PictureResult(
            picture, 40, 30, prediction, notes=notes, pixel_size=size, taken=time
        )
        pixels = np.full((30, 40, 3), 128, np.uint8)
        names.append(ResultWriter().write(place, result, pixels, threshold=0.5)[0].name)
    await runs.update(place, replace(record, results=tuple(names)))
    assert not (place / "coco.json").exists()  # the run goes on
    assert not (place / "results.csv").exists()
    assert not (place / "counts.csv").exists()
    record = replace(record, results=tuple(names), failures=tuple(failures), finished=end)
    record = replace(record, pixel_sizes=sizes[: len(names)], taken=taken[: len(names)])
    await runs.update(place, record)
    await runs.sum_up(place, record)
    return place


def coco(folder: Path) -> Any:
    return json.loads((folder / "coco.json").read_text("utf-8"))


def table(folder: Path, name: str = "results.csv") -> list[list[str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
