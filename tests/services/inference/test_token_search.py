"""Which token comes next, and which text is the best of several."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.generation_settings import GenerationSettings, generation_settings
from ailab.services.inference.token_scores import log_softmax, ruled_scores
from ailab.services.inference.token_search import _top, written_tokens

NEVER = -np.inf


def ruled(tokens: list[int], **rules: Any) -> list[float]:
    scores = np.array([[1.0, -2.0, 3.0, 0.5]], np.float32)
    settings = GenerationSettings(start=(0,), **rules)
    found: list[float] = ruled_scores(scores, np.array([tokens], np.int64), settings)[0].tolist()
    return found


def test_that_without_rules_scores_stay_as_they_are() -> None:
    assert ruled([0, 1]) == [1.0, -2.0, 3.0, 0.5]


@pytest.mark.parametrize(
    ("tokens", "rules", "expected"),
    [
        ([0, 1, 9], {"repetition_penalty": 2.0}, [0.5, -4.0, 3.0, 0.5]),
        ([0, 2, 3, 0], {"no_repeat_ngram_size": 2}, [1.0, -2.0, NEVER, 0.5]),
        ([0, 2], {"no_repeat_ngram_size": 1}, [NEVER, -2.0, NEVER, 0.5]),
        ([0, 2], {"no_repeat_ngram_size": 3}, [1.0, -2.0, 3.0, 0.5]),
        ([0, 2], {"bad_words": ((3,), (2, 1), (1, 0))}, [1.0, NEVER, 3.0, NEVER]),
        ([0], {"bad_words": ((1, 2, 3),)}, [1.0, -2.0, 3.0, 0.5]),
        ([0], {"bad_words": ((2,),), "ends": (2,)}, [1.0, -2.0, 3.0, 0.5]),
        ([0, 1], {"min_length": 3, "ends": (2, 7)}, [1.0, -2.0, NEVER, 0.5]),
        ([0, 1, 1], {"min_length": 3, "ends": (2,)}, [1.0, -2.0, 3.0, 0.5]),
        ([0], {"forced_first": 1}, [NEVER, 0.0, NEVER, NEVER]),
        ([0, 1], {"forced_first": 1}, [1.0, -2.0, 3.0, 0.5]),
        ([0, 1], {"forced_last": (3,), "max_length": 3}, [NEVER, NEVER, NEVER, 0.0]),
        ([0, 1], {"suppressed": (2, 99)}, [1.0, -2.0, NEVER, 0.5]),
        ([0], {"suppressed_first": (2,)}, [1.0, -2.0, NEVER, 0.5]),
        ([0, 1], {"suppressed_first": (2,)}, [1.0, -2.0, 3.0, 0.5]),
        ([0, 1], {"suppressed_first": (2,), "forced_first": 1}, [1.0, -2.0, NEVER, 0.5]),
    ],
)
def test_that_each_rule_changes_what_it_should(
    tokens: list[int], rules: dict[str, Any], expected: list[float]
) -> None:
    assert ruled(tokens, **rules) == expected


def table(seed: int, size: int = 4) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(size, size)).astype(np.float32) * 2


@pytest.mark.parametrize("seed", range(8))
def test_that_enough_beams_find_the_likeliest_of_all_texts(seed: int) -> None:
    logits, end, longest = table(seed), 3, 5
    settings = GenerationSettings(
        start=(0,),
        ends=(end,),
        max_length=longest,
        num_beams=32,
        length_penalty=0.0,
        early_stopping=None,
    )
    found = written_tokens(lambda tokens, _: logits[tokens[:, -1]], settings)
    chances = log_softmax(logits)

    def chance(text: tuple[int, ...]) -> float:
        return sum(float(chances[a, b]) for a, b in zip((0, *text), text, strict=False))

    texts = [
        text
        for length in range(1, longest)
        for text in product(range(4), repeat=length)
        if end not in text[:-1] and (text[-1] == end or length == longest - 1)
    ]
    assert found == [0, *max(texts, key=chance)]


@pytest.mark.parametrize("beams", [1, 2, 3])
def test_that_each_beginning_is_told_which_one_it_goes_on(beams: int) -> None:
    """What is kept of the past is that of the same text."""
    logits = table(5, 6)
    past: list[list[int]] = []

    def next_scores(
        tokens: npt.NDArray[np.int64], order: npt.NDArray[np.intp] | None
    ) -> npt.NDArray[np.float32]:
        kept = [[] for _ in tokens] if order is None else [past[i] for i in order]
        past[:] = [[*old, int(row[-1])] for old, row in zip(kept, tokens, strict=True)]
        assert past == tokens.tolist()
        return logits[tokens[:, -1]]

    settings = GenerationSettings(start=(0,), ends=(5,), max_length=12, num_beams=beams)
    assert len(written_tokens(next_scores, settings)) > 1


@pytest.mark.parametrize("beams", [1, 2, 3])
@pytest.mark.parametrize("start", [(0,), (0, 1, 2)])
def test_that_each_token_is_told_of_which_changes_nothing(
    start: tuple[int, ...], beams: int
) -> None:
    logits = table(5, 6)
    settings = GenerationSettings(start=start, ends=(5,), max_length=12, num_beams=beams)
    told: list[tuple[int, int]] = []
    found = written_tokens(
        lambda tokens, _: logits[tokens[:, -1]], settings, lambda *each: told.append(each)
    )
    assert found == written_tokens(lambda tokens, _: logits[tokens[:, -1]], settings)
    most = 12 - len(start)
    assert told == [(done, most) for done in range(1, len(told) + 1)]
    assert len(told) >= len(found) - len(start)


def test_that_a_greedy_text_ends_where_it_ends() -> None:
    logits = np.full((4, 4), -5, np.float32)
    logits[0, 2] = logits[2, 1] = logits[1, 3] = 5
    settings = GenerationSettings(start=(0,), ends=(3,), max_length=20)
    assert written_tokens(lambda tokens, _: logits[tokens[:, -1]], settings) == [0, 2, 1, 3]


def test_that_an_old_configuration_tells_in_its_decoder_how_to_write() -> None:
    config = {
        "decoder_start_token_id": 2,
        "eos_token_id": None,
        "decoder": {"eos_token_id": [3, 4], "num_beams": 4, "max_length": 16, "bos_token_id": 9},
    }
    settings = generation_settings(config, None)
    assert (settings.start, settings.ends) == ((2,), (3, 4))
    assert (settings.num_beams, settings.max_length) == (4, 16)


def test_that_a_file_of_its_own_counts_alone() -> None:
    config = {"num_beams": 4, "decoder_start_token_id": 2}
    settings = generation_settings(config, {"bos_token_id": 7, "max_new_tokens": 5})
    assert (settings.start, settings.num_beams, settings.max_length) == ((7,), 1, 6)


def test_that_the_length_that_older_files_say_unasked_is_none() -> None:
    config = {"text_config": {"max_length": 20, "decoder_start_token_id": 2}}
    assert generation_settings(config, None, 256).max_length == 257
    assert generation_settings(config, None).max_length == 20


def test_that_the_largest_are_found_in_the_order_of_a_whole_sort() -> None:
    chance = np.random.default_rng(3)
    for count in (1, 3, 8, 40, 50):
        scores = chance.integers(-3, 4, 40).astype(np.float32)
        scores[chance.random(40) < 0.3] = -np.inf
        whole = np.argsort(-scores, kind="stable")[:count]
        assert _top(scores, count).tolist() == whole.tolist()
