"""What is copied of the pictures of a run."""

from __future__ import annotations

from ailab.services.images.picture_reference import parse_picture
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.results_state import ResultsState

PICTURE_HEADS = ("picture", "result")


def picture_cells(state: ResultsState, number: int) -> tuple[str, str]:
    """A picture's path and page, and what was found in it at the threshold, or why nothing was.

    Args:
        state: the run shown.
        number: place of the picture in it.
    """
    picture = parse_picture(state.pictures[number]).words
    if number >= len(state.results):
        return picture, ""
    result = state.results[number]
    if result.prediction is not None:
        return picture, summary(result.prediction.above(state.threshold))
    return picture, "" if result.problem is None else result.problem.message
