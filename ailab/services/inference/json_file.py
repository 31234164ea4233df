"""JSON that somebody else wrote, read without trust."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ailab.services.inference.bounded_file import AGAIN, read_bounded
from ailab.services.inference.inference_errors import ModelFileError

_MOST = 16  # MiB


def read_json_object(path: Path, advice: str = AGAIN) -> dict[str, Any]:
    """The object in a JSON file.

    Args:
        path: the file.
        advice: what a person can do where the file's contents are wrong.

    Raises:
        ModelFileError: missing, unreadable, larger than 16 MiB, not JSON, or not an object.
    """
    raw = read_bounded(path, _MOST, "a description", advice)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(
            f"The model's file {path.name} is not valid JSON{_fault(error)}.",
            advice,
            detail=str(error),
        ) from error
    if not isinstance(value, dict):
        raise ModelFileError(
            f"The model's file {path.name} holds no description: "
            f"an object was expected, not {_kind(value)}.",
            advice,
        )
    return value


def _fault(error: Exception) -> str:
    """Where JSON is wrong and what was expected there, as far as that is known."""
    if isinstance(error, json.JSONDecodeError):
        what = error.msg[:1].lower() + error.msg[1:]
        return f": line {error.lineno}, column {error.colno}: {what}"
    return ": it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else ""


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", bool: "a yes or no"}.get(
        type(value), "nothing" if value is None else "a number"
    )
