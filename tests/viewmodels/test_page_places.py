"""Where a page is among the pictures of a run."""

from __future__ import annotations

import pytest

from ailab.viewmodels.page_places import kept_place, place_of_page

PAGES = ("a.png", "b.tif#page=1", "b.tif#page=2", "c.tif#page=1", "c.tif#page=2")


@pytest.mark.parametrize(
    ("current", "page", "place"),
    [(1, 2, 2), (4, 1, 3), (0, 1, 0), (0, 2, None), (3, 9, None), (9, 1, None)],
)
def test_that_a_page_is_one_of_the_file_shown(current: int, page: int, place: int | None) -> None:
    assert place_of_page(PAGES, current, page) == place


@pytest.mark.parametrize(
    ("current", "page", "place"), [(1, 4, 2), (1, 2, 0), (1, 6, None), (2, 4, 1), (0, 2, 1)]
)
def test_that_a_page_of_another_channel_leads_to_the_next_on_the_way(
    current: int, page: int, place: int | None
) -> None:
    odd = ("b.tif#page=1", "b.tif#page=3", "b.tif#page=5")
    assert place_of_page(odd, current, page) == place


@pytest.mark.parametrize(
    ("before", "current", "after", "place"),
    [
        (("a.png", "b.tif", "c.tif"), 2, PAGES, 3),
        (("a.png#page=2", "b.tif#page=2", "c.tif#page=2"), 1, PAGES, 2),
        (PAGES, 4, ("a.png#page=3", "b.tif#page=3", "c.tif#page=3"), 2),
        (PAGES, 2, (*(f"{each}&range=1:2" for each in PAGES[1:]), "a.png"), 1),
        (("a.png",), 0, ("b.tif", "a.png"), 0),
        ((), 0, PAGES, 0),
    ],
)
def test_that_the_page_shown_stays_while_the_files_do(
    before: tuple[str, ...], current: int, after: tuple[str, ...], place: int
) -> None:
    assert kept_place(before, current, after) == place
