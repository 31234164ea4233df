"""Paths as people type and paste them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.local_path import is_folder, is_there, typed_path


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("  photos ", "photos"),
        ('"two words/a.png"', "two words/a.png"),
        ("'a.png'", "a.png"),
        ('"', '"'),
        ('a "b" c.png', 'a "b" c.png'),
        ("file://elsewhere/a.png", "file://elsewhere/a.png"),
        ("file://[/a.png", "file://[/a.png"),
        ("", ""),
    ],
)
def test_that_marks_around_a_path_are_no_part_of_it(text: str, meant: str) -> None:
    assert typed_path(text) == meant


@pytest.mark.parametrize("host", ["", "localhost"])
def test_that_an_address_of_a_file_is_its_path(tmp_path: Path, host: str) -> None:
    path = tmp_path / "a picture ü.png"
    assert typed_path(path.as_uri().replace("file://", f"file://{host}")) == str(path)


def test_that_a_path_of_which_nothing_can_be_told_is_not_there(tmp_path: Path) -> None:
    assert is_folder(tmp_path)
    assert is_there(tmp_path)
    for name in ("x" * 5000, "a\0b"):
        assert not is_folder(tmp_path / name)
        assert not is_there(tmp_path / name)
