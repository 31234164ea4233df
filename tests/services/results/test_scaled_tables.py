"""What the files of a run tell in micrometres, beside their pixels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from finished_runs import PICTURES, RECORD, coco, finished, table

from ailab.services.images.picture_reference import PictureReference
from ailab.services.images.pixel_size import PixelSize
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.picture_json import (
    picture_from_json,
    picture_to_json,
    pixel_size_from_json,
)
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_from_json, result_to_json
from ailab.services.inference.predictions import Detection, Detections, Segment, Segmentation
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_json import read_record, write_record
from ailab.services.results.run_service import RunService
from fake_masks import discs

FLAT = PixelSize(0.5, 0.25)
SMALL = PixelSize(1e-4, 2e-4)
SIZES = (FLAT, None, SMALL)
BOX = Detections((Detection(0, "cell", 0.9, (1.0, 2.0, 11.0, 22.0)),))


def cells() -> Segmentation:
    """Two cells of 25 and 40 pixels on a background, in a picture of 40 by 30."""
    labels = np.full((30, 40), 2, np.uint8)
    labels[0:5, 0:5] = labels[10:20, 10:14] = 1
    area = 65 / 1200
    segments = (Segment(2, 0, "background", 1.0, 1 - area), Segment(1, 1, "cell", 0.9, area))
    sure = np.full((30, 40), 255, np.uint8)
    return Segmentation.pack(40, 30, labels.tobytes(), sure.tobytes(), segments)


def numbers(rows: list[list[str]], *heads: str) -> list[list[float | None]]:
    places = [rows[0].index(head) for head in heads]
    return [[float(row[place]) if row[place] else None for place in places] for row in rows[1:]]


async def test_that_areas_and_boxes_of_pieces_are_told(tmp_path: Path) -> None:
    folder = await finished(tmp_path, cells(), cells(), cells(), sizes=SIZES)
    rows = table(folder, "pieces.csv")
    assert rows[0][-3:] == ["area_um2", "width_um", "height_um"]
    found = numbers(rows, "pixels", "area_um2", "width_um", "height_um")
    assert found[0] == pytest.approx([25, 25 * 0.125, 2.5, 1.25])
    assert found[1] == pytest.approx([40, 40 * 0.125, 2.0, 2.5])
    assert found[2] == [25, None, None, None]
    assert found[4] == pytest.approx([25, 25 * 2e-8, 5e-4, 1e-3])


async def test_that_areas_of_labels_are_told(tmp_path: Path) -> None:
    folder = await finished(tmp_path, cells(), cells(), None, sizes=(FLAT, None, None))
    for name in ("counts.csv", "results.csv"):
        rows = table(folder, name)
        place = rows[0].index("area_um2")
        assert [row[place] for row in rows[1:5]] == ["141.875", "8.125", "", ""]
    failed = table(folder, "counts.csv")[5]
    assert failed[0] == PICTURES[2]
    assert failed[1:8] == [""] * 7


async def test_that_what_is_not_there_has_no_area(tmp_path: Path) -> None:
    nothing = replace(cells(), segments=(replace(cells().segments[0], area=1.0),))
    sizes = (FLAT, FLAT, None)
    folder = await finished(tmp_path, cells(), nothing, nothing, sizes=sizes)
    rows = table(folder, "counts.csv")
    found = {(row[0], row[1]): row[rows[0].index("area_um2")] for row in rows[1:]}
    assert found[PICTURES[1], "cell"] == "0.0"
    assert found[PICTURES[2], "cell"] == ""


async def test_that_sides_of_boxes_are_told(tmp_path: Path) -> None:
    folder = await finished(tmp_path, BOX, BOX, BOX, sizes=SIZES)
    rows = table(folder)
    assert rows[0][-3:] == ["class_id", "width_um", "height_um"]
    assert [row[-2:] for row in rows[1:]] == [["5.0", "5.0"], ["", ""], ["0.001", "0.004"]]
    assert "area_um2" not in table(folder, "counts.csv")[0]


async def test_that_masks_are_measured_in_the_pictures_pixels(tmp_path: Path) -> None:
    masks = discs(20, 15, (10, 7, 5, 0.9))  # of half the picture's size
    folder = await finished(tmp_path, masks, task="mask-generation", sizes=(FLAT,))
    rows = table(folder)
    (mask,) = masks.items
    x0, y0, x1, y1 = mask.box
    sides = (x1 - x0) * 2 * 0.5, (y1 - y0) * 2 * 0.25
    assert rows[0][-3:] == ["area_um2", "width_um", "height_um"]
    found = numbers(rows, "area_um2", "width_um", "height_um")
    assert found == [pytest.approx([mask.area * 1200 * 0.125, *sides], rel=1e-5)]


async def test_that_a_run_without_sizes_has_no_word_of_them(tmp_path: Path) -> None:
    folder = await finished(tmp_path, cells(), cells())
    for file in folder.iterdir():
        if file.suffix in {".csv", ".json"} and file.name != "run.json":
            assert "_um" not in file.read_text("utf-8")
    assert json.loads((folder / "run.json").read_text("utf-8"))["pixel_sizes"] is None


async def test_that_the_size_is_read_back(tmp_path: Path) -> None:
    folder = await finished(tmp_path, BOX, BOX, BOX, sizes=SIZES)
    body = json.loads((folder / "a.json").read_text("utf-8"))
    assert body["pixel_size_um"] == [0.5, 0.25]
    assert "pixel_size_um" not in json.loads((folder / "b = ü.json").read_text("utf-8"))
    run = await RunService().load(str(folder))
    assert tuple(each.pixel_size for each in run.results) == SIZES == run.record.pixel_sizes
    assert [each.get("pixel_size_um") for each in coco(folder)["images"]] == [
        [0.5, 0.25],
        None,
        [1e-4, 2e-4],
    ]


def test_that_a_size_that_was_given_is_read_back(tmp_path: Path) -> None:
    picture = str(PictureReference("/a.tif", 2, pixel_size=PixelSize(0.325, 0.65)))
    assert picture_to_json(picture)["given_pixel_size_um"] == [0.325, 0.65]
    assert picture_from_json(Fields(picture_to_json(picture))) == picture
    record = replace(RECORD, pictures=(picture, picture), failures=((picture, "why"),))
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record


@pytest.mark.parametrize(
    "value", [[0, 1], [1], [1, -1], ["1", 1], [1e300, 1], [True, 1], 1, [1, 10**400]]
)
def test_that_a_size_in_a_file_has_to_be_one(tmp_path: Path, value: object) -> None:
    with pytest.raises(BadFieldError):
        pixel_size_from_json(Fields({"pixel_size_um": value}))
    body, _ = result_to_json(PictureResult("/a.tif", pixel_size=FLAT))
    with pytest.raises(BadFieldError):
        result_from_json(body | {"pixel_size_um": value}, {})
    write_record(tmp_path, replace(RECORD, pixel_sizes=(FLAT, None)))
    run = json.loads((tmp_path / "run.json").read_text("utf-8"))
    run["pixel_sizes"][0] = {"pixel_size_um": value}
    (tmp_path / "run.json").write_text(json.dumps(run))
    with pytest.raises(ResultError):
        read_record(tmp_path)
