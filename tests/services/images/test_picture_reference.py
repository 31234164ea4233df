"""A picture named in one text."""

from __future__ import annotations

import pytest

from ailab.services.images.page_choice import EVERY_PAGE, FIRST_PAGES, PageChoice, choice_of
from ailab.services.images.picture_reference import PictureReference, page_alone, parse_picture
from ailab.services.images.plane import Plane
from ailab.services.images.value_range import (
    TRIMMED_RANGE,
    WHOLE_RANGE,
    ValueRange,
    fixed_range,
    parse_range,
)

FIXED = ValueRange((200.0, 4000.0))


@pytest.mark.parametrize(
    "path",
    [
        "a.tif",
        "/deep/ä b.tif",
        "C:\\a.tif",
        "a#b.tif",
        "a#",
        "a##",
        "a#page=2",
        "a#range=trimmed",
        "",
    ],
)
@pytest.mark.parametrize("page", [None, 1, 12345])
@pytest.mark.parametrize(
    "value_range", [WHOLE_RANGE, TRIMMED_RANGE, FIXED, ValueRange((-1e-7, 2.0))]
)
def test_that_each_text_means_one_picture(
    path: str, page: int | None, value_range: ValueRange
) -> None:
    reference = PictureReference(path, page, value_range)
    assert parse_picture(str(reference)) == reference


def test_that_a_plain_path_stays_as_it_is() -> None:
    assert str(PictureReference("/a/cells.tif")) == "/a/cells.tif"
    assert parse_picture("/a/cells.tif") == PictureReference("/a/cells.tif")
    assert parse_picture("a#page=0.tif") == PictureReference("a#page=0.tif")
    assert parse_picture("a#range=9:3") == PictureReference("a#range=9:3")


def test_that_pages_are_told_apart_for_people_and_in_names_of_files() -> None:
    page = PictureReference("/a/stack.tif", 3, FIXED)
    assert str(page) == "/a/stack.tif#page=3&range=200:4000"
    assert (page.name, page.words) == ("stack.tif, page 3", "/a/stack.tif, page 3")
    assert page.stem == "stack page 0003"
    assert PictureReference("/a/stack.tif").stem == "stack"
    assert page_alone(str(page)) == "/a/stack.tif#page=3"
    assert page_alone("/a/stack.tif#range=trimmed") == page_alone("/a/stack.tif") == "/a/stack.tif"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("whole", WHOLE_RANGE),
        (" trimmed ", TRIMMED_RANGE),
        ("200:4000", FIXED),
        ("-1.5:2e3", ValueRange((-1.5, 2000.0))),
    ],
)
def test_that_a_range_is_read_as_it_is_written(text: str, meant: ValueRange) -> None:
    assert parse_range(text) == meant
    assert parse_range(str(meant)) == meant


@pytest.mark.parametrize("text", ["", "200", "200-4000", "a:b", "nan:1", "1:inf", "4:4", "5:4"])
def test_that_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"neither|not below|larger"):
        parse_range(text)


def test_that_no_end_is_beyond_what_a_picture_holds() -> None:
    for ends in ((0.0, float("inf")), (float("nan"), 1.0), (-1e39, 0.0)):
        with pytest.raises(ValueError, match="larger"):
            fixed_range(*ends)


def test_that_a_choice_is_known_by_what_it_led_to() -> None:
    assert choice_of(["a.tif", "b.tif"]) == FIRST_PAGES == choice_of([])
    assert choice_of(["a.tif#page=3", "b.tif#page=3"]) == PageChoice(3)
    assert choice_of(["a.tif#page=1", "a.tif#page=2", "b.tif"]) == EVERY_PAGE


def test_that_several_pages_and_a_channel_are_known_again() -> None:
    one = [f"a.tif#page={page}" for page in (2, 4)]
    assert choice_of([*one, *(each.replace("a", "b", 1) for each in one)]) == PageChoice(
        pages=(2, 4)
    )
    first, both = (Plane(1, 1), Plane(1, 2)), (Plane(1), Plane(2))
    stack = ["a.tif#page=1", "a.tif#page=2"]
    assert choice_of(stack, first) == PageChoice(is_every=True, channel="1")
    assert choice_of(stack, both) == choice_of([*stack, "b.tif"], first) == EVERY_PAGE
    mixed = [*stack, "b.tif#page=1", "b.tif#page=2", "b.tif#page=3"]
    assert choice_of(mixed, first) == PageChoice(is_every=True, channel="1")
