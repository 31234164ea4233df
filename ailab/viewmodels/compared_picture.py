"""What is told of a picture's results in two runs."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.comparison.differences import Differences, find_differences
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.agreement_text import agreement_text


@dataclass(frozen=True, slots=True, eq=False)
class ComparedPicture:
    """How A and B differ in a picture.

    Attributes:
        words: that in a sentence, or why it cannot be told.
        differences: what only one of both has; None of other results, and where not wanted.
        counterparts: numbers of the things that are the same in A and in B; None of results that
            are no things.
    """

    words: str
    differences: Differences | None = None
    counterparts: tuple[tuple[int, int], ...] | None = None


def compare_picture(
    mine: PictureResult, its: PictureResult, threshold: float, wants_differences: bool
) -> ComparedPicture:
    """Compare a picture's results; not on the event loop.

    Args:
        mine: that of A.
        its: that of B.
        threshold: confidence below which nothing of both counts, 0 to 1.
        wants_differences: what only one of both has is to be found.
    """
    from ailab.services.comparison.counterparts import find_counterparts  # noqa: PLC0415
    from ailab.services.comparison.not_compared import NotComparedError  # noqa: PLC0415
    from ailab.services.comparison.result_comparison import (  # noqa: PLC0415 - brings NumPy
        compare_results,
    )

    both = threshold, threshold
    try:
        found = compare_results(mine, its, both)
    except NotComparedError as error:
        return ComparedPicture(error.message)
    return ComparedPicture(
        agreement_text(found),
        find_differences(mine, its, found, both) if wants_differences else None,
        find_counterparts(mine, its, found, both),
    )
