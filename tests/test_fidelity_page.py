"""What counts as agreeing, and as wrong, on the page of `make fidelity`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ailab.services.inference.engine_table import ONNX
from scripts.fidelity_page import NOT_EXPORTED, Row

CASE = cast("Any", SimpleNamespace(name="XForImageClassification", task="image-classification"))


@pytest.mark.parametrize(
    ("differences", "problem", "agrees", "is_wrong"),
    [
        ([True, True], "", True, False),
        ([True, False], "", False, True),
        ([], "", False, True),
        ([], "The model's output is not a tensor of numbers.", False, True),
        ([True], "The model's output is not a tensor of numbers.", False, True),
        ([], f"{NOT_EXPORTED}an operator is missing", False, False),
    ],
)
def test_that_whatever_was_not_compared_does_not_agree(
    differences: list[bool], problem: str, *, agrees: bool, is_wrong: bool
) -> None:
    worst = tuple(cast("Any", SimpleNamespace(is_small=small)) for small in differences)
    row = Row(CASE, ONNX, worst, len(worst), problem)
    assert row.agrees is agrees
    assert row.is_wrong is is_wrong
