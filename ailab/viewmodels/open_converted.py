"""A converted model as one that can be run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from ailab.services.conversion.converted_model import CONVERTED, ConvertedModel
from ailab.services.inference.inference import Inference
from ailab.services.inference.runnable_model import RunnableModel


async def open_converted(inference: Inference, converted: ConvertedModel) -> RunnableModel:
    """Read what was made of a model on this machine, under the name of that model or folder.

    Raises:
        ModelFileError: it is damaged.
    """
    record = converted.record
    if record.is_local:
        model = await inference.open(str(converted.weights))
        return _as_converted(replace(model, name=PurePath(record.model_id).name))
    model = await inference.open(
        str(converted.weights), model_id=record.model_id, revision=record.revision
    )
    return _as_converted(model)


def _as_converted(model: RunnableModel) -> RunnableModel:
    # Boxes go into what was made here as points do, so that its file has no input for them.
    return replace(model, variant=CONVERTED, takes_boxes=True)
