"""The pieces of regions in the files of a run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from finished_runs import PICTURES, RECORD, finished, table

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter
from ailab.services.results.run_json import read_record, write_record
from ailab.services.results.run_service import RunService

HEADS = ["picture", "label", "pixels", "x0", "y0", "x1", "y1", "x", "y", "score", "touches_border"]
TASK = "image-segmentation"


def cells(*boxes: tuple[int, int, int, int], sure: int = 204) -> Segmentation:
    """Cells on a background, in a picture of 40 by 30 pixels."""
    labels, confidence = np.full((30, 40), 2, np.uint8), np.full((30, 40), 255, np.uint8)
    for x0, y0, x1, y1 in boxes:
        labels[y0:y1, x0:x1] = 1
        confidence[y0:y1, x0:x1] = sure
    area = float((labels == 1).mean())
    segments = (
        Segment(2, 0, "background", 1.0, 1 - area),
        Segment(1, 1, "cell", sure / 255, area),
    )
    return Segmentation.pack(40, 30, labels.tobytes(), confidence.tobytes(), segments)


CELLS = cells((0, 0, 5, 5), (10, 10, 15, 15), (20, 20, 22, 22))


def written(folder: Path, prediction: Segmentation, **options: Any) -> Any:
    pixels = np.zeros((30, 40, 3), np.uint8)
    result = PictureResult("/pictures/a.png", 40, 30, prediction)
    path = ResultWriter().write(folder, result, pixels, **{"threshold": 0.5, **options})[0]
    assert read_result(path).prediction == prediction
    return json.loads(path.read_text("utf-8"))["prediction"]


def test_that_a_picture_tells_its_pieces(tmp_path: Path) -> None:
    told = written(tmp_path, CELLS)
    background, cell = told["segments"]
    assert "pieces" not in background
    assert (cell["pieces"], cell["pieces_at_border"], cell["pieces_left_out"]) == (2, 1, 1)
    assert told["pieces_from"] == 20
    assert told["pieces"] == [
        {
            "index": 1,
            "pixels": 25,
            "box": [x, y, x + 5, y + 5],
            "centroid": [x + 2.5, y + 2.5],
            "score": 0.8,
            "touches_border": is_cut,
        }
        for x, y, is_cut in ((0, 0, True), (10, 10, False))
    ]


def test_that_they_are_those_at_the_threshold_and_of_the_size_asked_for(tmp_path: Path) -> None:
    told = written(tmp_path, CELLS, pieces_from=0)
    assert (told["segments"][1]["pieces"], len(told["pieces"])) == (3, 3)
    told = written(tmp_path, CELLS, pieces_from=26)
    assert (told["segments"][1]["pieces"], told["pieces"]) == (0, [])
    told = written(tmp_path, CELLS, threshold=0.9)
    assert (told["segments"][1]["pieces"], told["pieces"]) == (0, [])


def test_that_regions_which_are_objects_have_none(tmp_path: Path) -> None:
    told = written(tmp_path, replace(CELLS, tells_objects=True))
    assert told["tells_objects"] is True
    assert not {"pieces", "pieces_from"} & {*told, *told["segments"][1]}
    two = (Segment(1, 1, "cell", 0.8, 0.1), Segment(2, 1, "cell", 0.8, 0.9))
    assert "pieces" not in written(tmp_path, replace(CELLS, segments=two))


async def test_that_a_run_lists_the_pieces_of_all_pictures(tmp_path: Path) -> None:
    other = cells((30, 4, 40, 8), sure=255)
    folder = await finished(tmp_path, CELLS, None, other, task=TASK)
    assert table(folder, "pieces.csv") == [
        HEADS,
        [PICTURES[0], "cell", "25", "0", "0", "5", "5", "2.5", "2.5", "0.8", "1"],
        [PICTURES[0], "cell", "25", "10", "10", "15", "15", "12.5", "12.5", "0.8", "0"],
        [PICTURES[2], "cell", "40", "30", "4", "40", "8", "35.0", "6.0", "1.0", "1"],
    ]


async def test_that_the_counts_have_the_pieces_beside_regions_and_area(tmp_path: Path) -> None:
    nothing = replace(CELLS, segments=(replace(CELLS.segments[0], area=1.0),))
    folder = await finished(tmp_path, CELLS, nothing, None, task=TASK)
    heads, *rows = table(folder, "counts.csv")
    pieces = ["pieces", "pieces_at_border", "pieces_left_out"]
    assert heads[1:7] == ["label", "regions", "area", *pieces]
    assert [row[1:7] for row in rows] == [
        ["background", "1", "0.955", "", "", ""],
        ["cell", "1", "0.045", "2", "1", "1"],
        ["background", "1", "1.0", "", "", ""],
        ["cell", "0", "0", "0", "0", "0"],
        ["", "", "", "", "", ""],
    ]
    lines = (folder / "pictures.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "picture,total,cell,threshold,problem,note,result"
    assert lines[1] == f"{PICTURES[0]},2,2,0.5,,,a.json"


async def test_that_nothing_but_background_is_told_as_nothing(tmp_path: Path) -> None:
    """Also where nothing was found in the whole run, whose labels are then not known."""
    nothing = replace(CELLS, segments=(replace(CELLS.segments[0], area=1.0),))
    folder = await finished(tmp_path, nothing, task=TASK)
    assert [row[1:7] for row in table(folder, "counts.csv")[1:]] == [
        ["background", "1", "1.0", "", "", ""],
        ["", "0", "0", "0", "0", "0"],
    ]


async def test_that_results_of_earlier_versions_have_their_number_alone(tmp_path: Path) -> None:
    folder = await finished(tmp_path, CELLS, task=TASK)
    record = read_record(folder)
    path = folder / record.results[0]
    body = json.loads(path.read_text("utf-8"))
    for name in ("pieces_at_border", "pieces_left_out"):
        del body["prediction"]["segments"][1][name]
    path.write_text(json.dumps(body))
    await RunService().sum_up(folder, record)
    assert table(folder, "counts.csv")[2][4:7] == ["2", "0", "0"]


@pytest.mark.parametrize("prediction", [replace(CELLS, tells_objects=True), None])
async def test_that_a_run_without_pieces_has_no_table_of_them(
    tmp_path: Path, prediction: Segmentation | None
) -> None:
    folder = await finished(tmp_path, prediction, task=TASK)
    assert not (folder / "pieces.csv").exists()
    assert "pieces" not in table(folder, "counts.csv")[0]


async def test_that_a_damaged_picture_is_left_out(tmp_path: Path) -> None:
    folder = await finished(tmp_path, CELLS, CELLS, task=TASK)
    record = read_record(folder)
    path = folder / record.results[0]
    body = json.loads(path.read_text("utf-8"))
    body["prediction"]["pieces"][1]["pixels"] = "many"
    path.write_text(json.dumps(body))
    await RunService().sum_up(folder, record)
    assert [row[0] for row in table(folder, "pieces.csv")[1:]] == [PICTURES[1]] * 2


def test_that_the_record_keeps_from_where_pieces_count(tmp_path: Path) -> None:
    for pieces_from in (None, 0, 35):
        record = replace(RECORD, pieces_from=pieces_from)
        write_record(tmp_path, record)
        assert read_record(tmp_path) == record
    body = json.loads((tmp_path / "run.json").read_text())
    del body["pieces_from"]  # as before there were any
    (tmp_path / "run.json").write_text(json.dumps(body))
    assert read_record(tmp_path).pieces_from is None
