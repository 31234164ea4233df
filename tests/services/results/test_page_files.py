"""What is saved of a page that was read line by line."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from finished_runs import PICTURES, coco, finished, table

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.places.place import Place
from ailab.services.inference.text_json import text_from_json, text_to_json
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.label_colors import label_color
from ailab.services.results.result_writer import ResultWriter

ASLANT = ((10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 10.0))
LINES = (
    Place("Milk", (1.0, 2.0, 11.0, 22.0), score=0.9),
    Place("l2g", (30.0, 2.0, 40.0, 22.0), score=0.3),
    Place("TOTAL", (0.0, 0.0, 20.0, 20.0), (ASLANT,), score=0.8),
)
PAGE = GeneratedText("Milk\nl2g\nTOTAL", places=LINES)


def test_that_the_threshold_leaves_unsure_lines_out_of_the_text() -> None:
    assert PAGE.above(0.5) == GeneratedText("Milk\nTOTAL", places=(LINES[0], LINES[2]))
    assert PAGE.above(0.0) == PAGE
    told = GeneratedText("a cat", places=(Place("cat", (0.0, 0.0, 1.0, 1.0)),))
    assert told.above(1.0) is told


def test_that_a_page_comes_back_from_json_with_the_score_of_each_line() -> None:
    body, _ = text_to_json(PAGE)
    assert text_from_json(Fields(body)) == PAGE


def test_that_the_text_file_has_the_lines_that_reach_the_threshold(tmp_path: Path) -> None:
    result = PictureResult("page.png", 40, 30, PAGE)
    pixels = np.zeros((30, 40, 3), np.uint8)
    ResultWriter().write(tmp_path, result, pixels, threshold=0.5)
    assert (tmp_path / "page.txt").read_text("utf-8") == "Milk\nTOTAL\n"


async def test_that_the_tables_have_all_lines_and_count_none_as_things(tmp_path: Path) -> None:
    folder = await finished(tmp_path, PAGE, task="image-to-text")
    assert table(folder)[1][1:] == ["Milk\nl2g\nTOTAL", "", ""]
    with (folder / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1] == [PICTURES[0], "Milk", "1.0", "2.0", "11.0", "22.0", "", "0.9"]
    assert [row[1] for row in rows[1:]] == ["Milk", "l2g", "TOTAL"]
    assert not (folder / "counts.csv").exists()


async def test_that_lines_are_annotations_of_one_category_with_their_words(tmp_path: Path) -> None:
    found = coco(await finished(tmp_path, PAGE, task="image-to-text"))
    assert [each["name"] for each in found["categories"]] == ["text"]
    told = [(each["utf8_string"], each["score"]) for each in found["annotations"]]
    assert told == [("Milk", 0.9), ("l2g", 0.3), ("TOTAL", 0.8)]
    assert found["annotations"][2]["segmentation"] == [[10, 0, 20, 10, 10, 20, 0, 10]]


def test_that_a_line_keeps_its_colour_where_another_is_left_out() -> None:
    pixels = np.full((480, 640, 3), 128, np.uint8)
    lines = (
        Place("one", (40.0, 80.0, 140.0, 200.0), score=0.2),
        Place("two", (300.0, 80.0, 400.0, 200.0), score=0.9),
    )
    drawn = np.asarray(annotated_picture(pixels, GeneratedText("", places=lines), 0.5))
    assert (drawn[150, 300] == label_color(1)).all()
    assert (drawn[150, 40] == 128).all()
