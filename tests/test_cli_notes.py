"""Notes on the pages of stacks on the command line."""

from __future__ import annotations

import pytest

from ailab.cli_notes import PictureNotes

Output = pytest.CaptureFixture[str]


def told(capsys: Output, *notes: tuple[str, tuple[str, ...]]) -> list[str]:
    written = PictureNotes()
    for picture, each in notes:
        written.tell(picture, each)
    written.finish()
    return capsys.readouterr().err.splitlines()


def test_that_a_note_is_told_once_for_the_pages_it_is_true_of(capsys: Output) -> None:
    pages = [(f"a.tif#page={page}", (f"It is {page}.", "Stretched.")) for page in (1, 2, 3, 7)]
    assert told(capsys, *pages) == [
        "a.tif, page 1: It is 1.",
        "a.tif, page 1: Stretched.",
        "a.tif, page 2: It is 2.",
        "a.tif, page 3: It is 3.",
        "a.tif, page 7: It is 7.",
        "a.tif, pages 2-3, 7: Stretched.",
    ]


def test_that_each_file_has_its_own_notes(capsys: Output) -> None:
    both = ("a.tif#page=1", "a.tif#page=2", "b.tif#page=1", "c.png", "d.png")
    assert told(capsys, *((picture, ("Stretched.",)) for picture in both)) == [
        "a.tif, page 1: Stretched.",
        "a.tif, page 2: Stretched.",
        "b.tif, page 1: Stretched.",
        "c.png: Stretched.",
        "d.png: Stretched.",
    ]


def test_that_the_number_of_pages_is_told_once(capsys: Output) -> None:
    """But not what a page is called, which no other line tells."""
    pages = [
        *((f"a.tif#page={page}", (f"Page {page} of 2 is used.",)) for page in (1, 2)),
        *(
            (f"b.tif#page={page}", (f"Page {page} of 2 is used: slice {page} of 2.",))
            for page in (1, 2)
        ),
        *(
            (f"c.gif#page={page}", (f"Animated picture: frame {page} of 2 is used.",))
            for page in (1, 2)
        ),
    ]
    assert told(capsys, *pages) == [
        "a.tif, page 1: Page 1 of 2 is used.",
        "b.tif, page 1: Page 1 of 2 is used: slice 1 of 2.",
        "b.tif, page 2: Page 2 of 2 is used: slice 2 of 2.",
        "c.gif, page 1: Animated picture: frame 1 of 2 is used.",
    ]


def test_that_many_scattered_pages_are_told_by_their_number(capsys: Output) -> None:
    pages = [(f"a.tif#page={page}", ("Stretched.",)) for page in range(1, 302, 2)]
    assert told(capsys, *pages)[1:] == ["a.tif, 150 pages from 3 to 301: Stretched."]
