"""What is to be run."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.run_place_state import CHOSEN_HERE, ChosenPlace


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is to be run.

    Attributes:
        choice: the model.
        pictures: references of the pictures, in order.
        save_to: folder for results; empty to save none.
        threshold: confidence to start with, 0 to 1; None for the one that suits the model.
        prompts: what is asked of the model beside the pictures, where it takes them.
        where: the place that runs them.
        reader: reads the lines that the model finds; None where nothing does.
    """

    choice: ModelChoice
    pictures: tuple[str, ...]
    save_to: str
    threshold: float | None = None
    prompts: Prompts = NO_PROMPTS
    where: ChosenPlace = CHOSEN_HERE
    reader: ModelChoice | None = None
