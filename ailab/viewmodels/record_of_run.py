"""What is recorded of a run before its first picture."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.compatibility.runnable_tasks import FEATURES, SEGMENTATION
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.conversion.local_reference import LocalReference, parse_local
from ailab.services.hub.model_reference import ModelReference
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.prompts import Prompts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.local_path import local_path
from ailab.services.results.model_identity import (
    RECORDED_HUB,
    RECORDED_LOCAL,
    RECORDED_SERVER,
)
from ailab.services.results.run_record import RunRecord
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.run_request import RunRequest

_SOURCES = {
    ModelSource.HUGGING_FACE: RECORDED_HUB,
    ModelSource.LOCAL: RECORDED_LOCAL,
    ModelSource.SERVER: RECORDED_SERVER,
}


def record_of(
    request: RunRequest,
    model: RunnableModel,
    *,
    threshold: float,
    prompts: Prompts,
    device: DeviceInUse,
    started: str,
    pieces_from: int,
    groups_from: float,
) -> RunRecord:
    """The record of a run that begins, without what must be read for it: files and versions.

    Args:
        request: what is run.
        model: the model, as it was found.
        threshold: confidence at which annotated copies are drawn, 0 to 1.
        prompts: what is asked beside the pictures.
        device: what the engine runs on here.
        started: UTC, ISO 8601.
        pieces_from: pixels from which a piece of a region is counted.
        groups_from: cosine from which pictures are alike, 0 to 1.
    """
    choice, target = request.choice, request.where.target
    is_of_hub = choice.source is ModelSource.HUGGING_FACE
    is_remote = request.where.remote is not None
    is_here = target.is_here
    target = replace(target, provider=model.engine) if is_remote else target
    is_converted = model.variant == CONVERTED
    # What was made of a folder goes by that folder, of which it is made anew.
    named = parse_local(choice.text)
    path = str(local_path(named.path) if is_converted else model.path)
    is_named = choice.source is ModelSource.LOCAL and named.variant is not None
    return RunRecord(
        model=model.name if is_of_hub else model.address or path,
        model_source=_SOURCES[choice.source],
        revision=model.revision,
        endpoint=choice.endpoint if is_of_hub else None,
        task=model.task,
        threshold=threshold,
        started=started,
        pictures=request.pictures,
        variant=model.variant or None if is_of_hub or is_converted or is_named else None,
        prompts=prompts,
        device=None if is_remote else device.device,
        precision=None if is_remote else device.precision or None,
        place=None if is_here else str(target),
        reader=None if model.reader is None else _reference(request.reader, model.reader),
        pieces_from=pieces_from if model.task == SEGMENTATION else None,
        groups_from=groups_from if model.task == FEATURES else None,
    )


def _reference(choice: ModelChoice | None, model: RunnableModel) -> str:
    """What names a reader exactly, so that it can be chosen again."""
    if model.model_id is not None:
        return str(ModelReference(model.model_id, model.revision, model.variant or None))
    named = parse_local(choice.text if choice is not None else str(model.path))
    return str(LocalReference(str(local_path(named.path).absolute()), named.variant))
