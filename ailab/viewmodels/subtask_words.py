"""Kinds of segmentation in words."""

from __future__ import annotations

from ailab.services.inference.subtask import Subtask
from ailab.services.inference.usual_subtask import named_subtask, usual_subtask

SUBTASK_WORDS = {
    Subtask.SEMANTIC: "Semantic: a class for each pixel",
    Subtask.INSTANCE: "Instance: things one by one",
    Subtask.PANOPTIC: "Panoptic: things and backgrounds",
}


def why_usual(model: str) -> str:
    """Which kind is usual for a model, and why, in a sentence.

    Args:
        model: the Hub's id, or a path.
    """
    kind = usual_subtask(model).value
    if named_subtask(model) is None:
        return f"Usual is {kind}, as in transformers' pipeline: the model's name tells no other."
    return f"Usual is {kind}: the model's name says that it was trained for it."
