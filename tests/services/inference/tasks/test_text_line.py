"""The characters of a line of text, of what a network thinks of each step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

PLACEMENT = Placement(100, 48, 320, 48, 1.0, 1.0)
WITH_BLANK = ("blank", "a", "b", " ")


def decode(values: Any, characters: tuple[str, ...] = WITH_BLANK) -> GeneratedText:
    settings = DecoderSettings("text-line", characters=characters)
    found = DECODERS["text-line"](
        {"answer": np.asarray(values, np.float32)}, Decoding((), settings, PLACEMENT)
    )
    assert isinstance(found, GeneratedText)
    return found


def steps(*best: tuple[int, float], count: int = 4) -> Any:
    """The likeliest character of each step, by its number, and how likely it is."""
    values = np.zeros((1, len(best), count), np.float32)
    for place, (number, score) in enumerate(best):
        values[0, place] = (1 - score) / (count - 1)
        values[0, place, number] = score
    return values


def test_that_one_of_several_alike_is_kept_and_blanks_part_those_that_are_two() -> None:
    found = decode(steps((0, 0.9), (1, 0.8), (1, 0.9), (0, 0.9), (1, 0.6), (3, 0.7), (2, 0.5)))
    assert found.text == "aa b"
    assert found.score == pytest.approx((0.8 + 0.6 + 0.7 + 0.5) / 4)


def test_that_nothing_read_has_no_score() -> None:
    assert decode(steps((0, 0.9), (0, 0.8))) == GeneratedText("")


def test_that_logits_become_probabilities() -> None:
    found = decode(np.array([[[0.0, 5.0, 0.0, 0.0]]]))
    assert found.text == "a"
    assert found.score == pytest.approx(np.exp(5) / (np.exp(5) + 3), abs=1e-6)


def test_that_a_probability_a_little_above_one_is_one() -> None:
    assert decode(np.array([[[0.0, 1.004, 0.0, 0.0]]])) == GeneratedText("a", 1.0)


@pytest.mark.parametrize("characters", [("a", "b", " "), ("a", "b")])
def test_that_the_blank_and_the_space_may_be_left_out_of_the_list(
    characters: tuple[str, ...],
) -> None:
    assert decode(steps((1, 0.9), (3, 0.9), (2, 0.9)), characters).text == "a b"


@pytest.mark.parametrize("characters", [("a",), ("", "a", "b", " ", "c")])
def test_that_a_list_of_another_network_is_refused(characters: tuple[str, ...]) -> None:
    with pytest.raises(DescriptionError, match=f"tells 4 characters.* name {len(characters)}"):
        decode(steps((1, 0.9)), characters)


def test_that_an_answer_of_another_shape_is_refused() -> None:
    with pytest.raises(ModelFileError, match="3 dimensions"):
        decode(np.zeros((1, 4)))
