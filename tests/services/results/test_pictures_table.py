"""How many objects of each label are in each picture of a run, a row for each picture."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from finished_runs import PICTURES, finished

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.predictions import Detection, Detections, Segment, Segmentation
from ailab.services.results import counts_table

BOX = (1.0, 2.0, 11.0, 22.0)


def boxes(*found: tuple[str, float]) -> Detections:
    return Detections(tuple(Detection(0, label, score, BOX) for label, score in found))


def rows(folder: Path) -> list[list[str]]:
    with (folder / "pictures.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def test_that_each_picture_has_a_row_with_the_number_of_each_label(tmp_path: Path) -> None:
    bee = boxes(("bee", 0.9))
    many = boxes(("wasp", 0.9), ("wasp", 0.5), ("wasp", 0.49), ("bee", 0.3))
    folder = await finished(tmp_path, bee, None, many)
    heads, first, failed, last = rows(folder)
    assert heads == ["picture", "total", "wasp", "bee", "threshold", "problem", "note", "result"]
    assert first == [PICTURES[0], "1", "0", "1", "0.5", "", "", "a.json"]
    assert failed == [PICTURES[1], "", "", "", "0.5", "b = ü.png is damaged or incomplete.", "", ""]
    assert last == [PICTURES[2], "2", "2", "0", "0.5", "", "", "c.json"]


async def test_that_excel_is_told_of_the_letters_in_every_table(tmp_path: Path) -> None:
    folder = await finished(tmp_path, boxes(("Müll", 0.9)))
    tables = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    assert set(tables) == {"counts.csv", "pictures.csv", "results.csv"}
    assert tables["pictures.csv"].startswith(b"\xef\xbb\xbfpicture,total,M\xc3\xbcll,")
    assert all(written.startswith(b"\xef\xbb\xbfpicture,") for written in tables.values())


async def test_that_pictures_of_nothing_count_0(tmp_path: Path) -> None:
    folder = await finished(tmp_path, boxes(), boxes())
    assert rows(folder) == [
        ["picture", "total", "threshold", "problem", "note", "result"],
        [PICTURES[0], "0", "0.5", "", "", "a.json"],
        [PICTURES[1], "0", "0.5", "", "", "b = ü.json"],
    ]


async def test_that_regions_are_counted_without_background(tmp_path: Path) -> None:
    regions = Segmentation.pack(
        3,
        1,
        bytes((1, 2, 3)),
        bytes((255, 255, 255)),
        (
            Segment(1, 0, "background", 0.9, 0.3),
            Segment(2, 1, "cell", 0.9, 0.3),
            Segment(3, 1, "cell", 0.8, 0.3),
        ),
    )
    folder = await finished(tmp_path, regions, task="image-segmentation")
    assert rows(folder)[1][1:3] == ["2", "2"]
    assert rows(folder)[0][:3] == ["picture", "total", "cell"]


async def test_that_there_is_none_of_what_is_not_counted_or_has_too_many_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = await finished(
        tmp_path,
        Features(FloatMap.pack(np.ones((1, 4), np.float32))),
        task="image-feature-extraction",
    )
    assert not (vectors / "pictures.csv").exists()
    monkeypatch.setattr(counts_table, "_MOST_COLUMNS", 1)
    wide = await finished(tmp_path, boxes(("bee", 0.9), ("wasp", 0.9)))
    assert not (wide / "pictures.csv").exists()
    assert (wide / "counts.csv").exists()
