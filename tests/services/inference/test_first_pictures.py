"""What the first pictures of a run meet: whether that is their own, or the model's."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from ailab.services.inference.first_pictures import Outcome, weighed
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem

NONSENSE = ModelFileError("The model answered with values that are not numbers.", "Take another.")
OTHER = DescriptionError("The network does not take it.", "Describe it.")
SIZES = [
    ModelFileError(f"It takes no picture of {size} x {size}.", "Resize.") for size in (7, 80, 9)
]
ERRORS = {"N": NONSENSE, "O": OTHER, "7": SIZES[0], "8": SIZES[1], "9": SIZES[2]}


async def outcomes(kinds: str, asked: list[str]) -> AsyncGenerator[Outcome, None]:
    """`+` comes through, `x` cannot be read, and the others are what networks refuse."""
    for kind in kinds:
        asked.append(kind)
        error = ERRORS.get(kind)
        problem = None if kind == "+" else Problem(error.message if error else "Damaged.")
        yield PictureResult(kind, problem=problem), error


async def told(kinds: str, *, has_come: bool = False) -> str:
    found = weighed(outcomes(kinds, []), has_come=has_come)
    return "".join([result.picture async for result in found])


@pytest.mark.parametrize(
    "kinds",
    ["+NNNN+", "N+", "NN+NNN", "xNxN+", "NON", "NONO", "NNOO", "NOx", "xxx", "x+", "+", "NN+"],
)
async def test_that_what_is_not_of_all_fails_alone_and_in_its_order(kinds: str) -> None:
    assert await told(kinds) == kinds


@pytest.mark.parametrize(
    ("kinds", "asked", "count"),
    [
        ("NNN+", "NNN", 3),
        ("NxNxN+", "NxNxN", 3),
        ("ONNN+", "ONNN", 3),
        ("789+", "789", 3),
        ("NN", "NN", 2),
        ("N", "N", 1),
        ("xN", "xN", 1),
    ],
)
async def test_that_what_the_first_ones_meet_alike_ends_the_run(
    kinds: str, asked: str, count: int
) -> None:
    seen: list[str] = []
    with pytest.raises(ModelFileError) as caught:
        [result async for result in weighed(outcomes(kinds, seen))]
    assert "".join(seen) == asked
    message, advice = caught.value.message, caught.value.advice
    own = ERRORS[asked[-1]]
    if count == 1:
        assert caught.value is own
    else:
        assert message == (
            f"The first {count} pictures have failed alike, and so would the others: {own.message}"
        )
        assert advice.startswith(own.advice)
        assert advice.endswith("begin with some of those.")


async def test_that_none_ends_a_run_of_which_others_came_through_before() -> None:
    assert await told("NNNN", has_come=True) == "NNNN"
