"""The names of the classes that `config.json` tells, as transformers reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.classification_head import UNNAMED
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_name import label_name

MAX_CLASSES = 65_536
_AGAIN = "Download the model again, or choose another one."


def class_names(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The classes' names, by index; empty where `config.json` names none.

    Raises:
        ModelFileError: they cannot be right.
    """
    return labels_of(names_by_number(config))


def names_by_number(config: Mapping[str, Any]) -> dict[int, str]:
    """The classes' names by their numbers, which are texts in JSON and may leave some out.

    Where `num_labels` contradicts them, it counts and they do not, as in transformers.
    """
    id2label = config.get("id2label") or _turned(config.get("label2id"))
    count = config.get("num_labels")
    is_count = type(count) is int and 0 < count <= MAX_CLASSES
    if isinstance(id2label, dict) and is_count and len(id2label) not in {0, count}:
        return dict.fromkeys(range(int(count or 0)), "")
    if isinstance(id2label, list):
        id2label = dict(enumerate(id2label))
    if not isinstance(id2label, dict):
        raise _wrong_labels("id2label is not an object")
    try:
        names = {int(key): _name(name) for key, name in id2label.items()}
    except ValueError as error:
        raise _wrong_labels("id2label has a key that is not a number") from error
    for number in names:
        if not 0 <= number < MAX_CLASSES:
            raise _wrong_labels(f"id2label numbers a class {number}")
    return names


def _turned(label2id: object) -> dict[Any, Any]:
    """Names by their numbers, where only numbers by their names are told."""
    pairs = label2id.items() if isinstance(label2id, dict) else ()
    return {number: name for name, number in pairs if type(number) is int}


def _name(name: object) -> str:
    return label_name(str(name)) if isinstance(name, str | int | float) else ""


def labels_of(names: Mapping[int, str]) -> tuple[str, ...]:
    """Names by index; a class without one is called as transformers calls it."""
    return tuple(names.get(i) or f"{UNNAMED}{i}" for i in range(max(names, default=-1) + 1))


def _wrong_labels(why: str) -> ModelFileError:
    return ModelFileError(f"The classes in the model's config.json cannot be right: {why}.", _AGAIN)
