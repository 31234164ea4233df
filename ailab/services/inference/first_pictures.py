"""What the first pictures of a run meet: whether that is their own, or the model's."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeAlias

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.picture_result import PictureResult

_MOST = 3
"""So many in a row are no chance any more."""

Outcome: TypeAlias = tuple[PictureResult, ModelFileError | None]
"""A picture's result, and what the network refused or answered where that is its problem."""


async def weighed(
    outcomes: AsyncGenerator[Outcome, None], *, has_come: bool = False
) -> AsyncGenerator[PictureResult, None]:
    """The results of a run, until it shows that none of its pictures will come through.

    What a network refuses, or answers nonsense to, may be the picture's fault or its own. Once a
    picture has come through, others fail alone. Before that such failures are held back: where
    the first three fail alike, or all of fewer, each would, and the run ends with none of them.

    Args:
        outcomes: of the pictures, in order; closed in the end.
        has_come: another picture of the run has come through before.

    Raises:
        ModelFileError: the first pictures have failed alike.
    """
    held: list[PictureResult] = []
    met: list[ModelFileError] = []
    async with aclosing(outcomes):
        async for result, error in outcomes:
            if error is not None and not has_come:
                held.append(result)
                met.append(error)
                if len(met) >= _MOST and _are_alike(met[-_MOST:]):
                    raise _as_one(met[-_MOST:])
                continue
            # What only could not be saved has come through.
            has_come = has_come or result.problem is None or result.prediction is not None
            if held and not has_come:  # what is a picture's own says nothing, and keeps its turn
                held.append(result)
                continue
            for each in (*held, result):
                yield each
            held.clear()
    if met and not has_come and _are_alike(met):
        raise _as_one(met)
    for each in held:
        yield each


def _are_alike(errors: Sequence[ModelFileError]) -> bool:
    """True where all say the same, but for numbers, such as a picture's size."""
    return len({(type(each), re.sub(r"\d+", "", each.message)) for each in errors}) == 1


def _as_one(errors: Sequence[ModelFileError]) -> ModelFileError:
    last = errors[-1]
    if len(errors) == 1:
        return last
    return ModelFileError(
        f"The first {len(errors)} pictures have failed alike, and so would the others: "
        f"{last.message}",
        f"{last.advice} Where these pictures are unlike the others, begin with some of those.",
        detail=last.detail,
    )
