"""What is saved of the places that a text names."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from finished_runs import PICTURES, coco, finished, table

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.places.place import Place, place_within
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.label_colors import label_color
from ailab.services.results.run_service import RunService

ASLANT = ((10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 10.0))
PLACES = (
    Place("cat", (1.0, 2.0, 11.0, 22.0)),
    place_within("NO ENTRY", [ASLANT]),
    Place("", (0.5, 0.0, 4.0, 4.0)),
    Place("cat", (20.0, 2.0, 30.0, 22.0)),
)
ANSWER = GeneratedText("cat\nNO ENTRY\ncat", question="<OD>", places=PLACES)
NOTHING = GeneratedText("a street", question="<OD>")


def places(folder: Path) -> list[list[str]]:
    with (folder / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def test_that_places_are_rows_of_a_table_beside_the_texts(tmp_path: Path) -> None:
    folder = await finished(tmp_path, NOTHING, ANSWER, task="image-to-text")
    assert [row[1:] for row in table(folder)] == [
        ["text", "score", "question"],
        ["a street", "", "<OD>"],
        ["cat\nNO ENTRY\ncat", "", "<OD>"],
    ]
    rows = places(folder)
    assert rows[0] == ["picture", "label", "x0", "y0", "x1", "y1", "question", "score"]
    assert rows[1] == [PICTURES[1], "cat", "1.0", "2.0", "11.0", "22.0", "<OD>", ""]
    assert [row[1] for row in rows[1:]] == ["cat", "NO ENTRY", "", "cat"]


async def test_that_places_are_annotations_without_a_score(tmp_path: Path) -> None:
    found = coco(await finished(tmp_path, NOTHING, ANSWER, task="image-to-text"))
    assert len(found["images"]) == 2
    assert [(each["id"], each["name"]) for each in found["categories"]] == [
        (1, "cat"),
        (2, "NO ENTRY"),
        (3, "place"),
    ]
    cat, line, unnamed, other = found["annotations"]
    assert (cat["image_id"], cat["bbox"], cat["area"]) == (2, [1, 2, 10, 20], 200)
    assert not any("score" in each for each in found["annotations"])
    assert (line["segmentation"], line["area"]) == ([[10, 0, 20, 10, 10, 20, 0, 10]], 200)
    assert (unnamed["category_id"], other["category_id"]) == (3, 1)


async def test_that_texts_without_places_have_neither_file(tmp_path: Path) -> None:
    folder = await finished(tmp_path, NOTHING, task="image-to-text")
    assert not (folder / "places.csv").exists()
    assert not (folder / "coco.json").exists()


async def test_that_a_saved_run_brings_its_places_back(tmp_path: Path) -> None:
    folder = await finished(tmp_path, NOTHING, ANSWER, task="image-to-text")
    saved = await RunService().load(str(folder))
    assert [result.prediction for result in saved.results] == [NOTHING, ANSWER]


def test_that_places_are_drawn_over_the_picture_with_their_names() -> None:
    pixels = np.full((480, 640, 3), 128, np.uint8)
    shape = ((320.0, 100.0), (420.0, 200.0), (320.0, 300.0), (220.0, 200.0))
    there = (Place("cat", (40.0, 80.0, 140.0, 200.0)), place_within("NO ENTRY", [shape]))
    drawn = np.asarray(annotated_picture(pixels, GeneratedText("cat", places=there), 0.5))
    assert (drawn[150, 40] == label_color(0)).all()
    assert (drawn[200, 220] == label_color(1)).all()
    assert (drawn[101, 230] == 128).all()  # a corner of the box that no line goes through
    names = np.abs(drawn[60:78, 42:60].astype(int) - 128)
    assert names.max() > 60
    alone = np.asarray(annotated_picture(pixels, GeneratedText("cat"), 0.5))
    assert alone.shape == drawn.shape
    assert (alone[:480] == 128).all()


def test_that_names_whose_letters_cannot_be_drawn_are_left_to_the_files() -> None:
    pixels = np.full((480, 640, 3), 128, np.uint8)
    one, other = (
        annotated_picture(
            pixels, GeneratedText("", places=(Place(name, (40.0, 80.0, 140.0, 200.0)),)), 0.5
        )
        for name in ("立入禁止", "止")
    )
    assert (np.asarray(one) == np.asarray(other)).all()
    nothing = annotated_picture(pixels, GeneratedText(""), 0.5)
    assert (np.asarray(nothing)[480:] != np.asarray(one)[480:]).any()  # says how many there are
