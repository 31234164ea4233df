"""Lists of characters, as strangers write them."""

from __future__ import annotations

from typing import Any

import pytest

from ailab.services.inference.characters import MOST_CHARACTERS, read_character_list
from ailab.services.inference.inference_errors import ModelFileError


def test_that_characters_stay_as_they_are_also_spaces_and_joined_ones() -> None:
    listed = ["blank", "\u3000", "漢", "👨\u200d👩", " "]
    assert read_character_list({"character_list": listed}) == tuple(listed)
    assert read_character_list({"image_processor": {"character_list": listed}}) == tuple(listed)


def test_that_what_would_break_what_shows_it_becomes_nothing() -> None:
    listed = ["blank", "\ud800", "\x1b[", "\n", "\u202e", "a"]
    assert read_character_list({"character_list": listed}) == ("blank", "", "[", "", "", "a")


@pytest.mark.parametrize("said", [{}, {"character_list": []}, {"character_list": None}])
def test_that_a_list_that_is_missing_is_told(said: dict[str, Any]) -> None:
    with pytest.raises(ModelFileError, match="has no character_list"):
        read_character_list(said)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("abc", "no list of texts"),
        (["a", 1], "no list of texts"),
        (["a"] * (MOST_CHARACTERS + 1), "there are 65,537"),
        (["a", "b" * 1000], "a text of 1,000 characters"),
    ],
)
def test_that_a_list_that_cannot_be_right_is_refused(found: Any, words: str) -> None:
    with pytest.raises(ModelFileError, match=words):
        read_character_list({"character_list": found})
