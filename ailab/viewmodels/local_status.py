"""What is told of a model on this disk, and what is run of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ailab.services.compatibility.device_forecast import DeviceForecast
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.conversion.local_reference import parse_local
from ailab.services.conversion.unconvertible import why_not_converted
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.inference import Inference
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.runnable_model import RunnableModel
from ailab.viewmodels.inference_state import Fitness, ModelStatus
from ailab.viewmodels.open_converted import open_converted
from ailab.viewmodels.other_weights import OtherWeights
from ailab.viewmodels.served_status import described
from ailab.viewmodels.sheet_step import SheetStep


async def open_local(inference: Inference, judge: ModelJudge, path: str) -> RunnableModel:
    """The model at a path or an address; what was made of that folder here, where that is there.

    Args:
        inference: reads what a model is.
        judge: knows what was converted.
        path: or an address, or a `LocalReference` that names the weights.

    Raises:
        ModelFileError: nothing there can be run.
        ServerError: the model's server does not answer.
    """
    reference = parse_local(path)
    if reference.variant == SAFETENSORS:
        return await inference.open(reference.path, variant=SAFETENSORS)
    converted = await judge.converted_folder(reference.path)
    if converted is not None:
        return await open_converted(inference, converted)
    if reference.variant == CONVERTED:
        raise ModelFileError(
            f"Nothing was converted on this machine of {reference.path} as it is now.",
            f"Convert it to ONNX, or leave out “:{CONVERTED}”.",
        )
    return await inference.open(reference.path)


def local_status(
    model: RunnableModel,
    placed: DeviceForecast,
    *,
    is_file: bool,
    other: OtherWeights | None = None,
) -> ModelStatus:
    """That a model runs, and on what.

    Args:
        model: on this disk.
        placed: what runs it.
        is_file: its `.onnx` file was named, so that its sheet can be edited.
        other: what else can be run of it.
    """
    status = ModelStatus(
        Fitness.RUNS,
        f"Runs here on {_what_runs(model, placed)}.",
        " ".join(filter(None, (placed.why_not, placed.advice, model.note))),
        placed.command,
        SheetStep.EDIT if model.has_sheet and is_file else SheetStep.NONE,
        task=model.task,
        is_here=True,
        asks_for=model.asks_for,
        unused_card=placed.about_unused_card,
        other=other,
    )
    is_convertible = model.engine == TORCH and other is None
    return with_conversion(status, model.architectures) if is_convertible else status


def kept_status(
    model: RunnableModel, placed: DeviceForecast, *, is_named_exactly: bool
) -> ModelStatus:
    """That a Hub model runs that lies on this disk, where the Hub gave no answer.

    Args:
        model: as it lies there.
        placed: what runs it.
        is_named_exactly: the person named its weights, and wants no others.
    """
    status = ModelStatus(
        Fitness.RUNS,
        "The Hub gave no answer, but the model is on this disk. Runs here on "
        f"{_what_runs(model, placed)}.",
        f"{placed.why_not} {model.note}".strip(),
        task=model.task,
        is_here=True,
        asks_for=model.asks_for,
        unused_card=placed.about_unused_card,
        sheet=SheetStep.EDIT if model.sheet else SheetStep.NONE,
        sheet_path=str(model.path) if model.sheet else "",
    )
    is_convertible = model.engine == TORCH and not is_named_exactly
    return with_conversion(status, model.architectures) if is_convertible else status


def with_conversion(status: ModelStatus, architectures: Iterable[str]) -> ModelStatus:
    """The status of a model of PyTorch with whether it can be turned into ONNX, or why not.

    Args:
        status: that it runs.
        architectures: as its configuration names them.
    """
    reason = why_not_converted(architectures)
    words = f"It cannot be converted to ONNX: {reason}." if reason else ""
    return replace(status, can_convert=not reason, why_not_convert=words)


def _what_runs(model: RunnableModel, placed: DeviceForecast) -> str:
    how = ", converted on this machine" if model.variant == CONVERTED else ""
    return f"{placed.words}{how}: {described(model)}"
