"""A prompt as JSON for the worker and for `run.json`, and back."""

from __future__ import annotations

from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.prompt import MOST_LETTERS, Prompt
from ailab.services.inference.subtask import Subtask

_MOST = 10_000


def prompt_to_json(prompt: Prompt) -> dict[str, Any]:
    """The JSON object of a prompt."""
    return {
        "labels": list(prompt.labels),
        "inside": [list(point) for point in prompt.inside],
        "outside": [list(point) for point in prompt.outside],
        "boxes": [list(box) for box in prompt.boxes],
        "question": prompt.question,
        "subtask": None if prompt.subtask is None else prompt.subtask.value,
    }


def prompt_from_json(fields: Fields) -> Prompt:
    """The prompt that `prompt_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    inside, outside = (fields.rows(name, 2, _MOST) for name in ("inside", "outside"))
    labels = fields.texts("labels")
    if len(labels) > _MOST:
        raise BadFieldError(f"labels holds more than {_MOST} entries")
    question = fields.text_or_none("question") or ""  # absent before there were any
    if len(question) > MOST_LETTERS:
        raise BadFieldError(f"question is longer than {MOST_LETTERS} letters")
    said = fields.text_or_none("subtask")  # absent before there were any
    subtask = next((each for each in Subtask if each.value == said), None)
    if said and subtask is None:
        raise BadFieldError("subtask is none of semantic, instance and panoptic")
    return Prompt(
        labels=labels,
        inside=tuple((x, y) for x, y in inside),
        outside=tuple((x, y) for x, y in outside),
        boxes=tuple((a, b, c, d) for a, b, c, d in fields.rows("boxes", 4, _MOST)),
        question=question,
        subtask=subtask,
    )
