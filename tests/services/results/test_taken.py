"""When pictures were taken, in the files of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from finished_runs import PICTURES, RECORD, coco, finished, table

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_from_json, result_to_json
from ailab.services.inference.predictions import Detection, Detections
from ailab.services.results.run_json import read_record, write_record

TIME = "2026-05-03T06:12:09"
BOX = Detections((Detection(0, "fox", 0.9, (1.0, 2.0, 11.0, 22.0)),))


async def test_that_the_tables_and_coco_have_the_time(tmp_path: Path) -> None:
    folder = await finished(tmp_path, BOX, None, BOX, taken=(TIME, "", ""))
    for name in ("results.csv", "counts.csv", "pictures.csv"):
        rows = table(folder, name)
        assert rows[0][:2] == [rows[0][0], "taken"]
        assert rows[1][:2] == [PICTURES[0], TIME]
        assert rows[-1][:2] == [PICTURES[2], ""]
    images = coco(folder)["images"]
    assert images[0]["date_captured"] == "2026-05-03 06:12:09"
    assert "date_captured" not in images[1]


async def test_that_a_run_without_any_time_has_no_column(tmp_path: Path) -> None:
    folder = await finished(tmp_path, BOX, BOX, BOX)
    assert "taken" not in table(folder, "pictures.csv")[0]
    assert "date_captured" not in coco(folder)["images"][0]


def test_that_the_record_and_a_result_keep_it(tmp_path: Path) -> None:
    record = replace(RECORD, taken=(TIME, "", TIME))
    write_record(tmp_path, record)
    assert read_record(tmp_path) == record
    result = PictureResult("a.jpg", 40, 30, BOX, taken=TIME)
    value, parts = result_to_json(result)
    assert value["taken"] == TIME
    assert result_from_json(value, parts) == result


def test_that_another_text_in_its_place_is_refused() -> None:
    value, parts = result_to_json(PictureResult("a.jpg", 40, 30, BOX, taken=TIME))
    with pytest.raises(BadFieldError, match="taken is no time"):
        result_from_json(value | {"taken": "=cmd()"}, parts)
