"""The other weights of a model that was turned into ONNX on this machine."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.compatibility.verdict import Verdict
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.conversion.local_reference import LocalReference, parse_local
from ailab.services.hub.model_info import ModelDetails
from ailab.services.hub.model_reference import ModelReference
from ailab.services.inference.engine_name import engine_name
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.inference import Inference
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.runnable_model import RunnableModel


@dataclass(frozen=True, slots=True)
class OtherWeights:
    """What else can be run of a model.

    Attributes:
        text: what names the model with these weights in the model field.
        engine: what people call the engine that runs them.
    """

    text: str
    engine: str


async def other_of_folder(
    inference: Inference, judge: ModelJudge, model: RunnableModel, text: str
) -> OtherWeights | None:
    """Of a local folder; None where it was not converted, or PyTorch cannot run it here.

    Args:
        inference: reads what the folder is.
        judge: knows what was converted.
        model: what is run of the folder.
        text: what stands in the field.
    """
    reference = parse_local(text)
    if model.variant == CONVERTED:
        with suppress(ModelFileError):
            await inference.open(reference.path, variant=SAFETENSORS)
            named = LocalReference(reference.path, SAFETENSORS)
            return OtherWeights(str(named), engine_name(TORCH))
    is_named = model.variant != CONVERTED and reference.variant == SAFETENSORS
    if is_named and await judge.converted_folder(reference.path) is not None:
        return OtherWeights(reference.path, engine_name(ONNX))
    return None


def other_of_hub(
    judge: ModelJudge, details: ModelDetails, verdict: Verdict, revision: str | None
) -> OtherWeights | None:
    """Of a model of the Hub that has no ONNX of its own; else None, as above.

    Args:
        judge: knows what was converted.
        details: the model's.
        verdict: on what is run of it.
        revision: as it stands in the field.
    """
    if not verdict.runs or set(judge.variants(details)) != {CONVERTED, SAFETENSORS}:
        return None
    name = details.info.id
    if verdict.variant != CONVERTED:
        return OtherWeights(str(ModelReference(name, revision)), engine_name(ONNX))
    if judge.judge(details, variant=SAFETENSORS).runs:
        return OtherWeights(str(ModelReference(name, revision, SAFETENSORS)), engine_name(TORCH))
    return None
