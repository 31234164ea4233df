"""Failures that travel from the worker to the window as data."""

from __future__ import annotations

from typing import Any

from ailab.services.images.picture_error import (
    MissingPictureError,
    NoPictureError,
    PictureError,
)
from ailab.services.inference.inference_errors import (
    DescriptionError,
    ModelFileError,
    WorkerError,
)
from ailab.services.inference.json_fields import Fields
from ailab.services.lab_error import LabError
from ailab.services.results.result_error import ResultError
from ailab.services.served.served_error import LockedServerError, ServerError

_LONGEST, _LONGEST_DETAIL = 4000, 100_000
_KEPT = "\n\t\u200c\u200d"  # the last two are letters' joiners in many scripts

# By name: a class is never looked up by what the worker says.
_CLASSES: dict[str, type[LabError]] = {
    kind.__name__: kind
    for kind in (
        PictureError,
        MissingPictureError,
        NoPictureError,
        ModelFileError,
        DescriptionError,
        ResultError,
        ServerError,
        LockedServerError,
        WorkerError,
    )
}


def error_to_json(error: LabError) -> dict[str, Any]:
    """The JSON object of a failure."""
    return {
        "kind": type(error).__name__,
        "message": error.message,
        "advice": error.advice,
        "detail": error.detail,
    }


def error_from_json(fields: Fields) -> LabError:
    """The failure that `error_to_json` was given, of its own class where that is known here.

    Raises:
        BadFieldError: something is missing or not a text.
    """
    kind = _CLASSES.get(fields.text("kind"), LabError)
    return kind(
        _shown(fields.text("message"), _LONGEST),
        _shown(fields.text("advice"), _LONGEST),
        detail=_shown(fields.text("detail"), _LONGEST_DETAIL),
    )


def _shown(text: str, longest: int) -> str:
    """A text without what is more than text to a terminal: strangers' names may be in it."""
    clean = "".join(c if c.isprintable() or c in _KEPT else "�" for c in text[:longest])
    return clean if len(text) <= longest else f"{clean}…"
