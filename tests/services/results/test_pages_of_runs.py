"""Runs whose pictures are pages of stacks, as they are saved and opened again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finished_runs import FINISHED, RECORD, coco, table

from ailab.services.images.plane import Plane
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detection, Detections, Prediction
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import Prompts
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_writer import ResultWriter
from ailab.services.results.run_service import RunService

STACK = "/pictures/stack.tif"
PAGES = tuple(f"{STACK}#page={page}&range=200:4000" for page in (1, 2, 3))
CELLS = Detections((Detection(0, "cell", 0.9, (1.0, 2.0, 11.0, 22.0)),))


PLANES = (Plane(1, 1), None, Plane(2, 1))


async def saved(
    folder: Path,
    *predictions: Prediction | None,
    task: str = "",
    planes: tuple[Plane | None, ...] = (None, None, None),
) -> Path:
    """A run of the stack's pages, None for one that failed."""
    runs = RunService()
    record = replace(RECORD, pictures=PAGES, task=task or RECORD.task)
    shown = Prompt(inside=((3.0, 4.0),))
    record = replace(record, prompts=Prompts(own=((f"{STACK}#page=2", shown),)))
    place = await runs.start(str(folder), record)
    names = []
    for picture, prediction, plane in zip(PAGES, predictions, planes, strict=True):
        if prediction is None:
            names.append("")
            continue
        result = PictureResult(picture, 40, 30, prediction, plane=plane)
        pixels = np.full((30, 40, 3), 128, np.uint8)
        names.append(ResultWriter().write(place, result, pixels, threshold=0.5)[0].name)
    failures = [(PAGES[i], "It is damaged.") for i, name in enumerate(names) if not name]
    record = replace(record, results=tuple(names), failures=tuple(failures), finished=FINISHED)
    record = replace(record, planes=planes)
    await runs.update(place, record)
    await runs.sum_up(place, record)
    return place


async def test_that_pages_are_told_apart_in_names_of_files_and_json(tmp_path: Path) -> None:
    place = await saved(tmp_path, CELLS, CELLS, None)
    names = sorted(path.name for path in place.glob("stack*.json"))
    assert names == ["stack page 0001.json", "stack page 0002.json"]
    body = json.loads((place / names[1]).read_bytes())
    assert (body["picture"], body["page"], body["range"]) == (STACK, 2, "200:4000")
    run = json.loads((place / "run.json").read_bytes())
    assert (run["pictures"], run["pages"], run["range"]) == ([STACK] * 3, [1, 2, 3], "200:4000")
    (failure,) = run["failures"]
    assert (failure["picture"], failure["page"]) == (STACK, 3)
    (prompt,) = run["prompts"]["pictures"]
    assert (prompt["picture"], prompt["page"], prompt["range"]) == (STACK, 2, None)


async def test_that_a_run_of_pages_opens_again(tmp_path: Path) -> None:
    place = await saved(tmp_path, CELLS, None, CELLS)
    run = await RunService().load(str(place))
    assert run.record.pictures == PAGES == tuple(result.picture for result in run.results)
    assert [result.prediction for result in run.results] == [CELLS, None, CELLS]
    assert run.results[1].problem is not None
    assert run.record.prompts.of(PAGES[1]).inside == ((3.0, 4.0),)
    assert run.record.prompts.of(PAGES[0]).inside == ()


async def test_that_a_run_that_broke_off_finds_its_pages(tmp_path: Path) -> None:
    place = await saved(tmp_path, CELLS, CELLS, CELLS)
    body = json.loads((place / "run.json").read_bytes())
    (place / "run.json").write_text(json.dumps(body | {"finished": None, "results": []}))
    run = await RunService().load(str(place))
    assert tuple(result.picture for result in run.results) == PAGES


async def test_that_tables_and_annotations_name_the_page(tmp_path: Path) -> None:
    place = await saved(tmp_path, CELLS, None, CELLS)
    assert [row[:3] for row in table(place)] == [
        ["picture", "page", "label"],
        [STACK, "1", "cell"],
        [STACK, "3", "cell"],
    ]
    assert [row[:4] for row in table(place, "counts.csv")] == [
        ["picture", "page", "label", "count"],
        [STACK, "1", "cell", "1"],
        [STACK, "2", "", ""],
        [STACK, "3", "cell", "1"],
    ]
    images = coco(place)["images"]
    assert [(each["id"], each["file_name"], each["page"]) for each in images] == [
        (1, "stack.tif", 1),
        (2, "stack.tif", 3),
    ]


async def test_that_near_pages_are_told_apart(tmp_path: Path) -> None:
    vectors = [Features(FloatMap.pack(np.array([[1.0, x]], np.float32))) for x in (0.0, 0.1, 9.0)]
    place = await saved(tmp_path, *vectors, task="image-feature-extraction")
    rows = table(place, "neighbours.csv")
    assert rows[0] == ["picture", "page", "rank", "neighbour", "neighbour_page", "similarity"]
    assert rows[1][:5] == [STACK, "1", "1", STACK, "2"]
    found = await RunService().vectors(str(place))
    assert tuple(found.features.pictures) == PAGES


async def test_that_tables_tell_channel_slice_and_frame(tmp_path: Path) -> None:
    """All three, though there is one frame: rows could else not be grouped by them."""
    place = await saved(tmp_path, CELLS, None, CELLS, planes=PLANES)
    assert [row[:6] for row in table(place)] == [
        ["picture", "page", "channel", "slice", "frame", "label"],
        [STACK, "1", "1", "1", "1", "cell"],
        [STACK, "3", "2", "1", "1", "cell"],
    ]
    assert [row[:6] for row in table(place, "counts.csv")[1:]] == [
        [STACK, "1", "1", "1", "1", "cell"],
        [STACK, "2", "", "", "", ""],
        [STACK, "3", "2", "1", "1", "cell"],
    ]
    told = [(each["channel"], each["slice"], each["frame"]) for each in coco(place)["images"]]
    assert told == [(1, 1, 1), (2, 1, 1)]
    body = json.loads((place / "stack page 0003.json").read_bytes())
    assert (body["channel"], body["slice"], body["frame"]) == (2, 1, 1)
    run = await RunService().load(str(place))
    assert run.record.planes == tuple(result.plane for result in run.results) == PLANES


async def test_that_tables_tell_the_names_of_channels(tmp_path: Path) -> None:
    planes = (Plane(1, channel_name="DAPI"), None, Plane(2))
    place = await saved(tmp_path, CELLS, None, CELLS, planes=planes)
    assert [row[2:6] for row in table(place)] == [
        ["channel", "slice", "frame", "channel_name"],
        ["1", "1", "1", "DAPI"],
        ["2", "1", "1", ""],
    ]
    assert [row[5:7] for row in table(place, "counts.csv")[1:]] == [
        ["DAPI", "cell"],
        ["", ""],
        ["", "cell"],
    ]
    assert [each.get("channel_name") for each in coco(place)["images"]] == ["DAPI", None]
    run = await RunService().load(str(place))
    assert run.record.planes == tuple(result.plane for result in run.results) == planes


async def test_that_a_run_without_channels_has_no_word_of_them(tmp_path: Path) -> None:
    place = await saved(tmp_path, CELLS, CELLS, CELLS)
    assert "channel" not in table(place)[0]
    assert "channel" not in json.loads((place / "stack page 0001.json").read_bytes())
    assert json.loads((place / "run.json").read_bytes())["planes"] is None
    assert "channel" not in coco(place)["images"][0]


async def test_that_near_planes_are_told_apart(tmp_path: Path) -> None:
    vectors = [Features(FloatMap.pack(np.array([[1.0, x]], np.float32))) for x in (0.0, 0.1, 9.0)]
    task = "image-feature-extraction"
    place = await saved(tmp_path, *vectors, task=task, planes=(Plane(1), Plane(2), Plane(3)))
    heads, first, *_ = table(place, "neighbours.csv")
    row = dict(zip(heads, first, strict=True))
    assert (row["channel"], row["neighbour_channel"], row["neighbour_page"]) == ("1", "2", "2")


@pytest.mark.parametrize(
    "change",
    [
        {"pages": [1, 2]},
        {"pages": [1, 2, 0]},
        {"pages": [1, 2, True]},
        {"range": "9:1"},
        {"planes": [{"channel": 0}]},
    ],
)
async def test_that_damaged_pages_of_a_record_are_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    place = await saved(tmp_path, CELLS, CELLS, CELLS)
    body = json.loads((place / "run.json").read_bytes())
    (place / "run.json").write_text(json.dumps(body | change))
    with pytest.raises(ResultError, match="is damaged or of another kind"):
        await RunService().load(str(place))


async def test_that_a_record_of_before_there_were_pages_opens(tmp_path: Path) -> None:
    runs = RunService()
    place = await runs.start(str(tmp_path), RECORD)
    body = json.loads((place / "run.json").read_bytes())
    assert body["pages"] is body["range"] is None
    del body["pages"], body["range"], body["planes"]
    (place / "run.json").write_text(json.dumps(body))
    assert (await runs.load(str(place))).record == RECORD
