"""A converted model as one that can be run."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.conversion.converted_model import CONVERTED, ConvertedModel
from ailab.services.inference.inference import Inference
from ailab.services.inference.runnable_model import RunnableModel


async def open_converted(inference: Inference, converted: ConvertedModel) -> RunnableModel:
    """Read what was made of a model on this machine, under that model's name.

    Raises:
        ModelFileError: it is damaged.
    """
    record = converted.record
    model = await inference.open(
        str(converted.weights), model_id=record.model_id, revision=record.revision
    )
    return replace(model, variant=CONVERTED)
