"""What is told of a model that a sheet describes, or has to."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.inference import Inference
from ailab.services.inference.inference_errors import (
    ModelFileError,
    NotDescribedError,
    SheetError,
)
from ailab.viewmodels.inference_state import Fitness, ModelStatus
from ailab.viewmodels.sheet_step import SheetStep

_ONCE_HERE = "Download it; then “Describe…” stands here."


async def with_sheet(
    status: ModelStatus,
    details: ModelDetails,
    verdict: Verdict,
    downloads: ModelDownloads,
    inference: Inference,
) -> ModelStatus:
    """The status of a Hub model with what can be done about its sheet, where it has to have one.

    Args:
        status: as the verdict tells it.
        details: the model's.
        verdict: on it.
        downloads: knows where it lies.
        inference: reads what it is.

    Raises:
        ModelFileError: it lies on this disk, and is damaged.
    """
    if not verdict.sheet_for:
        return status
    is_missing = verdict.fit is Fit.NEEDS_SHEET
    model_id = details.info.id
    kept = await downloads.kept(model_id, details.revision) if status.is_here else None
    if kept is None:
        if not is_missing:
            return status
        return replace(status, sheet=SheetStep.DOWNLOAD, by_button=_ONCE_HERE)
    variant = verdict.variant or None
    path = str(kept.folder / verdict.sheet_for)
    try:
        model = await inference.open(
            str(kept.folder), model_id=model_id, revision=kept.revision, variant=variant
        )
    except (NotDescribedError, SheetError) as error:
        return replace(faulty_status(error), sheet_path=path)
    if is_missing:  # it has been described since
        return replace(status, sheet=SheetStep.EDIT, sheet_path=path)
    return replace(
        status, sheet=SheetStep.EDIT, sheet_path=path, task=model.task, asks_for=model.asks_for
    )


def faulty_status(error: ModelFileError) -> ModelStatus:
    """What is told of a model on this disk that has no sheet, or a wrong one.

    Args:
        error: a `NotDescribedError` or a `SheetError`.
    """
    step, by_button, path = SheetStep.NONE, "", ""
    if isinstance(error, NotDescribedError):
        step, by_button, path = SheetStep.DESCRIBE, error.by_button, error.weights
    elif isinstance(error, SheetError):
        step, path = SheetStep.EDIT, error.weights
    return ModelStatus(
        *(Fitness.REFUSED, error.message, error.advice),
        needs_sheet=isinstance(error, NotDescribedError),
        sheet=step if path else SheetStep.NONE,
        sheet_path=path,
        by_button=by_button if path else "",
        is_here=True,
        detail=error.detail,
    )
