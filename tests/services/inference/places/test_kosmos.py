"""The places of Kosmos-2 and Kosmos-2.5, read from what these write."""

from __future__ import annotations

import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.places.kosmos_2 import read_kosmos_2
from ailab.services.inference.places.kosmos_2_5 import read_kosmos_2_5
from ailab.services.inference.places.place import MOST_PLACES

SQUARE = Placement(320, 640, 224, 224, 224 / 320, 224 / 640)
PAGE = Placement(1000, 500, 2000, 1000, 2.0, 2.0)
NEXT = "</delimiter_of_multi_objects/>"


def patches(*numbers: int) -> str:
    return "".join(f"<patch_index_{number:04}>" for number in numbers)


def kosmos_2(written: str) -> list[tuple[str, list[float]]]:
    found = read_kosmos_2(written, "", SQUARE)
    assert found.text is None  # the words stay as they are
    return [(place.label, [round(side, 3) for side in place.box]) for place in found.places]


def test_that_a_phrase_has_the_boxes_behind_it() -> None:
    written = (
        "<s><image>many</image><grounding> An image of<phrase> a snowman</phrase>"
        f"<object>{patches(44, 863)}</object> by<phrase> two fires</phrase>"
        f"<object>{patches(5, 911)}{NEXT}{patches(0, 0)}</object>.</s>"
    )
    assert kosmos_2(written) == [
        ("a snowman", [125, 30, 315, 530]),
        ("two fires", [55, 10, 155, 570]),
        ("two fires", [0, 0, 10, 20]),
    ]


def test_that_a_row_or_column_of_patches_is_taken_whole() -> None:
    assert kosmos_2(f"<object>{patches(0, 3)}</object>") == [("", [0, 0, 40, 20])]
    assert kosmos_2(f"<object>{patches(1, 33)}</object>") == [("", [10, 0, 20, 40])]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "An image of a cat",
        "<phrase> a cat</phrase><object></object>",
        f"<phrase> a cat</phrase><object>{patches(1)}</object>",
        f"<phrase> a cat</phrase><object>{patches(1, 2, 3)}</object>",
        f"<phrase> a cat</phrase><object>{patches(1, 1024)}</object>",
        f"<phrase> a cat</phrase><object>{patches(33, 0)}</object>",
        f"<phrase> a cat</phrase><object>{patches(5, 33)}</object>",
        f"<object>{patches(1, 34)}",
        f"<object>{patches(1, 34)}</object></image>",
        "<phrase>" * 1000,
        "<object>" * 1000 + "<patch_index_",
    ],
)
def test_that_nonsense_is_no_place(written: str) -> None:
    assert kosmos_2(written) == []


def test_that_places_are_bounded() -> None:
    many = NEXT.join([patches(1, 34)] * (MOST_PLACES + 5))
    assert len(kosmos_2(f"<phrase>cat</phrase><object>{many}</object>")) == MOST_PLACES


def line(x0: int, y0: int, x1: int, y1: int) -> str:
    return f"<bbox><x_{x0}><y_{y0}><x_{x1}><y_{y1}></bbox>"


def kosmos_2_5(written: str) -> list[tuple[str, list[float]]]:
    found = read_kosmos_2_5(written, "<ocr>", PAGE)
    assert found.text is None
    return [(place.label, [round(side, 3) for side in place.box]) for place in found.places]


def test_that_each_line_of_a_page_has_its_box_before_it() -> None:
    written = f"<ocr>{line(53, 573, 69, 606)}1 < 2\n{line(80, 10, 2100, 20)}Total\n</s>"
    assert kosmos_2_5(written) == [
        ("1 < 2", [26.5, 286.5, 34.5, 303]),
        ("Total", [40, 5, 1000, 10]),  # not beyond the picture
    ]


@pytest.mark.parametrize(
    "written",
    [
        "# A page",
        f"{line(9, 1, 9, 5)}without an area",
        f"{line(9, 5, 10, 1)}inside out",
        f"{line(2000, 5, 2010, 6)}beside the picture",
        "<bbox><x_1><y_2></bbox>half",
        "<bbox>" * 1000,
    ],
)
def test_that_no_box_is_no_place(written: str) -> None:
    assert kosmos_2_5(written) == []
