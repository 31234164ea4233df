"""What a run came to, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.prediction_text import counted


def run_outcome(
    results: Sequence[PictureResult],
    *,
    there: int,
    set_aside: int,
    seconds: float,
    where: str,
    note: str,
) -> str:
    """What a run came to, for the person who waited.

    Args:
        results: of all pictures.
        there: how many of them were there from the run that broke off and was gone on with.
        set_aside: how many of that run's were not taken as they were.
        seconds: that the run took.
        where: on what it ran, with a space before; empty for nothing to say.
        note: what a person should know of how it ran; empty for nothing.
    """
    failed = sum(result.prediction is None for result in results)
    run = len(results) - there
    pictures = counted(run, "picture", "pictures")
    part = f"{run - failed:,} of " if failed else ""
    text = f"Ran {part}{pictures} in {seconds:.2f} s{where}"
    if failed:
        text += f"; {failed:,} failed"
    if failed == len(results):
        text = f"{pictures} failed" if failed == 1 else f"All {pictures} failed"
    if there:
        text += f"; {there:,} {'was' if there == 1 else 'were'} there already"
    if set_aside:
        was = "was" if set_aside == 1 else "were"
        text += f"; {set_aside:,} {was} not as before: the old files are in “set aside”"
    return f"{text}. {note}".rstrip()
