"""Names in a sentence."""

from __future__ import annotations

import pytest

from ailab.services.inference.companions import COMPANIONS, companion_names
from ailab.services.listed import listed


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
