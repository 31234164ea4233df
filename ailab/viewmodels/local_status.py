"""What is told of a model on this disk, and what is run of it."""

from __future__ import annotations

from ailab.services.compatibility.device_forecast import DeviceForecast
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.inference.inference import Inference
from ailab.services.inference.model_layout import TORCH
from ailab.services.inference.runnable_model import RunnableModel
from ailab.viewmodels.inference_state import Fitness, ModelStatus, SheetStep
from ailab.viewmodels.open_converted import open_converted
from ailab.viewmodels.served_status import described


async def open_local(inference: Inference, judge: ModelJudge, path: str) -> RunnableModel:
    """The model at a path or an address; what was made of that folder here, where that is there.

    Raises:
        ModelFileError: nothing there can be run.
        ServerError: the model's server does not answer.
    """
    converted = await judge.converted_folder(path)
    if converted is not None:
        return await open_converted(inference, converted)
    return await inference.open(path)


def local_status(model: RunnableModel, placed: DeviceForecast, *, is_file: bool) -> ModelStatus:
    """That a model runs, and on what.

    Args:
        model: on this disk.
        placed: what runs it.
        is_file: its `.onnx` file was named, so that its sheet can be edited.
    """
    how = ", converted on this machine" if model.variant == CONVERTED else ""
    return ModelStatus(
        Fitness.RUNS,
        f"Runs here on {placed.words}{how}: {described(model)}.",
        " ".join(filter(None, (placed.why_not, placed.advice, model.note))),
        placed.command,
        SheetStep.EDIT if model.has_sheet and is_file else SheetStep.NONE,
        task=model.task,
        is_here=True,
        can_convert=model.engine == TORCH,
        asks_for=model.asks_for,
    )
