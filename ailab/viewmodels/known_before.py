"""What is known of a model before the first picture of a run."""

from __future__ import annotations

from collections.abc import Mapping

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.runnable_model import RunnableModel


def known_before(
    model: RunnableModel,
    kept: Mapping[str, PictureResult],
    judge: ModelJudge | None,
    device: DeviceInUse,
) -> RunBefore:
    """What this run tells of it, where it is gone on with, else an earlier one.

    Args:
        model: what is run.
        kept: the results that are there, by picture.
        judge: knows of earlier runs; None where the model is run on another machine.
        device: what it runs on.
    """
    if kept:
        return RunBefore.of_results(kept.values())
    if judge is None or model.reader is not None:  # what both took is kept of neither
        return NOTHING_BEFORE
    took = judge.recall(model, device.device)
    return NOTHING_BEFORE if took is None else RunBefore.of_measured(took.seconds)
