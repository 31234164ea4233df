"""What is told of a model, whatever runs it, and of one that a server runs."""

from __future__ import annotations

from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.label_nouns import label_nouns
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.served.served_address import parse_served_address
from ailab.viewmodels.inference_state import Fitness, ModelStatus
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.sheet_step import SheetStep


def described(model: RunnableModel) -> str:
    """What a model does, in a few words."""
    task = display_name(model.task)
    nouns = label_nouns(model.task)
    return f"{task}, {counted(len(model.labels), *nouns)}" if model.labels else task


def served_status(model: RunnableModel) -> ModelStatus:
    """A model on a server, and that pictures go there."""
    place = parse_served_address(model.address).place
    return ModelStatus(
        Fitness.RUNS,
        f"Runs on the server at {place}: {described(model)}.",
        "Your pictures, resized and scaled for the network, are sent to that server.",
        sheet=SheetStep.EDIT,
        task=model.task,
        is_here=True,
        asks_for=model.asks_for,
    )
