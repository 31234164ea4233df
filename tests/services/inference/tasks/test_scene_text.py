"""A word read in pieces: where it ends, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.tasks.scene_text import PIECES, Pieces, read_pieces, surest

LETTERS = ("[GO]", "[s]", "a", "b", " ")
OF_LETTERS = PIECES["char_logits"]


def logits(*best: int, sure: float = 0.9, count: int = len(LETTERS)) -> np.ndarray:
    """Steps at each of which one piece has that probability, behind the step that says nothing."""
    rest = (1 - sure) / (count - 1)
    rows = [[sure if number == each else rest for number in range(count)] for each in (0, *best)]
    return np.log(np.array(rows, np.float32))


def say(numbers: Sequence[int]) -> str:
    return "".join(LETTERS[number] for number in numbers)


def test_that_a_word_ends_before_its_end_and_all_its_pieces_count() -> None:
    found = read_pieces(logits(2, 3, 1, 2), OF_LETTERS, say)
    assert found.text == "ab"
    assert found.score == pytest.approx(0.9**3, abs=1e-6)


def test_that_nothing_is_read_where_the_end_comes_first() -> None:
    found = read_pieces(logits(1, 2), OF_LETTERS, say)
    assert found.text == ""
    assert found.score == pytest.approx(0.9, abs=1e-6)


def test_that_a_word_without_an_end_is_cut_by_one_and_scores_nothing() -> None:
    assert read_pieces(logits(2, 3, 2), OF_LETTERS, say) == GeneratedText("ab", 0.0)


def test_that_spaces_are_kept_of_pieces_that_have_them() -> None:
    steps = logits(2, 4, 3, 1)
    assert read_pieces(steps, OF_LETTERS, say).text == "ab"
    assert read_pieces(steps, Pieces(1, "[s]", keeps_spaces=True), say).text == "a b"


def test_that_the_first_of_the_surest_readings_counts() -> None:
    one, two, three = (
        GeneratedText(text, score) for text, score in (("a", 0.2), ("b", 0.7), ("c", 0.7))
    )
    assert surest([one, two, three]) is two
