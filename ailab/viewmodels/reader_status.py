"""Whether a model reads the lines that another one finds."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.inference.line_reading import may_read, on_server, reads_none
from ailab.services.lab_error import LabError
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.sheet_step import SheetStep


async def reader_status(choice: ModelChoice, finder: ModelChoice, judge: ModelJudge) -> ModelStatus:
    """In a sentence, before anything is downloaded.

    Args:
        choice: the model that is to read.
        finder: the one that finds lines.
        judge: knows this machine.
    """
    if choice.source is ModelSource.SERVER:
        return _refused(on_server(choice.text))
    status = await choice.status()
    if status.sheet is not SheetStep.NONE and status.fitness is Fitness.REFUSED:
        return replace(status, advice="Choose it as the model once, and describe it there.")
    if status.fitness is not Fitness.RUNS:
        return status
    if not may_read(status.asks_for, status.task):
        return _refused(reads_none(choice.text))
    if finder.source is choice.source is ModelSource.HUGGING_FACE:
        return await _with_memory_of_both(status, choice, finder, judge)
    return status


async def _with_memory_of_both(
    status: ModelStatus, choice: ModelChoice, finder: ModelChoice, judge: ModelJudge
) -> ModelStatus:
    try:
        memories = [(await each.look_up())[1].memory or 0 for each in (finder, choice)]
    except LabError:  # the Hub is away, and both are on this disk
        return status
    total = judge.total_memory
    if total is None or sum(memories) <= total:
        return status
    return ModelStatus(
        Fitness.REFUSED,
        f"Won't run: both models together need about {format_bytes(sum(memories))} of memory, and "
        f"this machine has {format_bytes(total)}.",
        "Choose a smaller one of either.",
    )


def _refused(error: LabError) -> ModelStatus:
    return ModelStatus(Fitness.REFUSED, error.message, error.advice)
