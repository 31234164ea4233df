"""What is told of a model that lies where only who made saved results says that it does."""

from __future__ import annotations

from ailab.viewmodels.inference_state import Fitness, ModelStatus


def unasked_status(place: str, key: str = "“Check again”") -> ModelStatus:
    """The line under the field: whether it runs is not known, and how to ask.

    Args:
        place: the server or computer, in words.
        key: what to press.
    """
    text = f"It is on {place}, which was not asked: it is new here."
    advice = f"Press {key} if you trust who gave you these results."
    return ModelStatus(Fitness.UNKNOWN, text, advice)
