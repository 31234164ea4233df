"""What is asked of a model, of all that a person typed and drew."""

from __future__ import annotations

from ailab.services.inference.inference_errors import PromptError
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.runnable_model import RunnableModel


def prompts_for(model: RunnableModel, prompts: Prompts, pictures: tuple[str, ...]) -> Prompts:
    """What a model takes of the prompts of pictures.

    Raises:
        PromptError: it needs more, or takes nothing of what was drawn in a picture.
    """
    kind = model.asks_for
    taken = prompts.taken_by(kind, pictures)
    if kind.is_needed and taken == NO_PROMPTS:
        raise PromptError(
            f"{model.name} looks for what you name, and nothing is named yet.",
            "Type what to look for, such as “cat, dog”, and run it again.",
        )
    if kind is PromptKind.POINTS and any(
        prompts.of(picture).boxes and not taken.of(picture).shows for picture in pictures
    ):  # without them everything would be found, unasked
        raise PromptError(
            f"This copy of {model.name} takes points, but no boxes: whoever exported it left them "
            "out.",
            "Show what you mean by points, clear the boxes to find everything, or choose a copy "
            "with safetensors weights.",
        )
    return taken
