"""Florence-2's places, read from what it writes."""

from __future__ import annotations

import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.places.florence import read_florence
from ailab.services.inference.places.place import MOST_PLACES, Place

WIDE = Placement(2000, 1000, 768, 768, 768 / 2000, 768 / 1000)


def steps(*numbers: int) -> str:
    return "".join(f"<loc_{number}>" for number in numbers)


def places(written: str, asked: str) -> list[tuple[str, list[float]]]:
    found = read_florence(written, asked, WIDE).places
    return [(place.label, [round(side, 3) for side in place.box]) for place in found]


@pytest.mark.parametrize("asked", ["<OD>", " <DENSE_REGION_CAPTION>\n"])
def test_that_boxes_stand_behind_what_they_hold(asked: str) -> None:
    written = f"</s><s>a car{steps(0, 1, 999, 998)}wheel{steps(10, 20, 30, 40, 50, 60, 70, 80)}</s>"
    assert places(written, asked) == [
        ("a car", [1, 1.5, 1999, 998.5]),
        ("wheel", [21, 20.5, 61, 40.5]),
        ("wheel", [101, 60.5, 141, 80.5]),
    ]
    assert read_florence(written, asked, WIDE).text == "a car\nwheel"


def test_that_a_task_s_own_sentence_asks_for_it_too() -> None:
    sentence = "Locate the objects with category name in the image."
    assert places(f"car{steps(1, 2, 3, 4)}", sentence) == places(f"car{steps(1, 2, 3, 4)}", "<OD>")


def test_that_what_was_read_lies_in_quadrilaterals() -> None:
    aslant = steps(100, 110, 200, 60, 210, 80, 110, 130)
    upright = steps(0, 0, 50, 0, 50, 20, 0, 20)
    found = read_florence(f"</s>1 < 2 <b>{aslant}ÉTÉ{upright}", "<OCR_WITH_REGION>", WIDE)
    first, second = found.places
    assert first.label == "1 < 2 <b>"
    assert [[round(side, 3) for side in corner] for corner in first.outlines[0]] == [
        *([201, 110.5], [401, 60.5], [421, 80.5], [221, 130.5])
    ]
    assert [round(side, 3) for side in first.box] == [201, 60.5, 421, 130.5]
    assert [round(side, 3) for side in first.named_at] == [401, 60.5]
    assert (second.label, second.outlines) == ("ÉTÉ", ())
    assert found.text == "1 < 2 <b>\nÉTÉ"


def test_that_phrases_without_a_thing_have_no_place() -> None:
    written = f"A cat{steps(1, 2, 3, 4)}the image{steps(0, 0, 9, 9)}its{steps(0, 0, 9, 9)}"
    question = "<CAPTION_TO_PHRASE_GROUNDING>A cat in the image"
    assert [label for label, _ in places(written, question)] == ["A cat"]
    assert read_florence(written, question, WIDE).text == "A cat\nthe image\nits"


def test_that_proposals_have_no_names() -> None:
    found = places(steps(1, 2, 3, 4, 5, 6, 7, 8, 9), "<REGION_PROPOSAL>")
    assert [label for label, _ in found] == ["", ""]
    assert read_florence(steps(1, 2, 3, 4), "<REGION_PROPOSAL>", WIDE).text == ""


@pytest.mark.parametrize(
    "task", ["<REFERRING_EXPRESSION_SEGMENTATION>", "<REGION_TO_SEGMENTATION>"]
)
def test_that_polygons_are_parts_of_what_was_asked_for(task: str) -> None:
    written = f"{steps(0, 0, 10, 0, 10, 10, 3)}<sep>{steps(20, 20, 30, 20, 30, 40)}</s>"
    (place,) = read_florence(written, f"{task} a red car ", WIDE).places
    assert place.label == "a red car"
    assert [len(outline) for outline in place.outlines] == [3, 3]
    assert [round(side, 3) for side in place.box] == [1, 0.5, 61, 40.5]
    gathered = f"<poly>{steps(0, 0, 9, 0, 9, 9)}</poly><poly>{steps(1, 1, 2, 1, 2, 2)}</poly>"
    assert len(places(gathered, task)) == 2


def test_that_an_open_vocabulary_has_boxes_or_polygons() -> None:
    task = "<OPEN_VOCABULARY_DETECTION>a car"
    (box,) = read_florence(f"a car{steps(0, 0, 9, 9)}", task, WIDE).places
    assert (box.label, box.outlines) == ("a car", ())
    written = f"a car<poly>{steps(0, 0, 9, 0, 9, 9)}</poly>"
    (polygon,) = read_florence(written, task, WIDE).places
    assert polygon.label == "a car"
    assert len(polygon.outlines) == 1


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a cat on a mat",
        f"car{steps(1, 2, 3)}",
        f"car{steps(1, 2, 3, 1000)}",
        f"car{steps(30, 2, 3, 4)}",
        f"car{steps(1, 20, 3, 4)}",
        "car<loc_-1><loc_2><loc_3><loc_4>",
        "car<loc_99999999999999999999><loc_2><loc_3><loc_4>",
        "car<loc_1><od><loc_2><loc_3><loc_4>",
        "<" * 1000,
        "<loc_" * 1000,
    ],
)
def test_that_nonsense_is_no_place(written: str) -> None:
    for task in ("<OD>", "<OCR_WITH_REGION>", "<REFERRING_EXPRESSION_SEGMENTATION>cat"):
        found = read_florence(written, task, WIDE)
        assert found.places == ()
        assert found.text is None


@pytest.mark.parametrize("asked", ["", "<CAPTION>", "<OCR>", "<REGION_TO_OCR>", "Where is it?"])
def test_that_other_questions_have_no_places(asked: str) -> None:
    assert places(f"car{steps(1, 2, 3, 4)}", asked) == []


def test_that_places_are_bounded_and_a_long_text_is_read_at_once() -> None:
    many = f"car{steps(1, 2, 3, 4)}" * (MOST_PLACES + 5)
    assert len(places(many, "<OD>")) == MOST_PLACES
    assert read_florence(f"{'a' * 100_000}{'<' * 100_000}", "<OCR_WITH_REGION>", WIDE).text is None


def test_that_a_place_keeps_to_one_printable_line() -> None:
    (place,) = read_florence(f"a\x00\n \u202ecar{steps(1, 2, 3, 4)}", "<OD>", WIDE).places
    assert place == Place("a car", place.box)
