"""Names in a sentence."""

from __future__ import annotations

import pytest

from ailab.services.inference.companions import COMPANIONS, companion_names
from ailab.services.listed import few, listed


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ((), ""),
        (("timm",), "timm"),
        (("timm", "torch"), "timm and torch"),
        (("timm", "torch", "torchvision"), "timm, torch and torchvision"),
    ],
)
def test_that_names_are_joined_as_in_a_sentence(names: tuple[str, ...], text: str) -> None:
    assert listed(names) == text


def test_that_the_repositories_beside_a_model_are_named_by_their_ids() -> None:
    assert companion_names(COMPANIONS) == "openai-community/gpt2 and google-bert/bert-base-uncased"
    assert not companion_names(())


def test_that_of_very_many_names_a_few_stand_in_a_sentence() -> None:
    assert few(()) == ""
    assert few("abc") == "a, b, c"
    assert few(str(each) for each in range(9_000)) == "0, 1, 2, 3, 4, 5, 6, 7 and 8,992 more"
