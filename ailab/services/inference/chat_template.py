"""The template by which a model that answers in a conversation writes the conversation down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ailab.services.inference.bounded_file import AGAIN, read_bounded
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object

PLAIN, IN_JSON = "chat_template.jinja", "chat_template.json"
PROCESSOR, TOKENIZER = "processor_config.json", "tokenizer_config.json"
_KEY = "chat_template"
_USUAL = "default"
_MOST_LETTERS = 1_000_000
"""The largest in use, with instructions for tools, have some 30,000."""


def chat_template(folder: Path) -> str:
    """The template, as a text in Jinja's language, which is not run here.

    Source: `ProcessorMixin.get_processor_dict` of transformers 5, whose order of the files this
    is; where none of them has one, it is the tokenizer's.

    Args:
        folder: the model's.

    Raises:
        ModelFileError: a file is damaged, none has a template, or it is far too long.
    """
    found = _of_processor(folder) or _named(_object(folder / TOKENIZER))
    if not found:
        raise ModelFileError(
            "The model's files do not say how a conversation with it is written down: there is no "
            f"{_KEY} in them.",
            "Choose another model, or one of the same kind that was trained to answer.",
        )
    if len(found) > _MOST_LETTERS:
        raise ModelFileError(f"The model's {_KEY} has more than {_MOST_LETTERS:,} letters.", AGAIN)
    return found


def _of_processor(folder: Path) -> str:
    own = _named(_object(folder / PROCESSOR))
    if own or not (folder / PLAIN).is_file():
        return own or _named(_object(folder / IN_JSON))
    if (folder / IN_JSON).is_file():  # an older file wins, as in transformers
        return _named(_object(folder / IN_JSON))
    return read_bounded(folder / PLAIN, 4, "a template").decode("utf-8", errors="replace")


def _object(path: Path) -> Mapping[str, Any]:
    return read_json_object(path) if path.is_file() else {}


def _named(values: Mapping[str, Any]) -> str:
    """The template in a file; of several, which have names, the usual one."""
    found = values.get(_KEY)
    if isinstance(found, list):  # as tokenizers keep several
        found = {each.get("name"): each.get("template") for each in found if isinstance(each, dict)}
    if isinstance(found, dict):
        found = found.get(_USUAL)
    return found if isinstance(found, str) else ""
