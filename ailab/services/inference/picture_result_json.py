"""A picture's result as JSON and named binary parts, and back.

The same form travels from the worker process to the window and lies in the files of a saved run,
so that reading it back trusts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import LONGEST_SIDE
from ailab.services.inference.picture_json import (
    picture_from_json,
    picture_to_json,
    pixel_size_from_json,
    pixel_size_to_json,
    plane_from_json,
    plane_to_json,
    taken_from_json,
    taken_to_json,
)
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.prediction_json import prediction_from_json, prediction_to_json
from ailab.services.problem import Problem

_MOST_NOTES, _LONGEST_NOTE = 100, 10_000
_STEPS = ("decode", "preprocess", "forward", "postprocess")

SAVE = "save"


def result_to_json(result: PictureResult) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a result, and its binary parts by name."""
    prediction: dict[str, Any] | None = None
    parts: dict[str, bytes] = {}
    if result.prediction is not None:
        prediction, parts = prediction_to_json(result.prediction)
    problem = result.problem
    return {
        **picture_to_json(result.picture),
        **plane_to_json(result.plane),
        **pixel_size_to_json(result.pixel_size),
        **taken_to_json(result.taken),
        "width": result.width,
        "height": result.height,
        "prediction": prediction,
        "problem": problem
        and {
            "message": problem.message,
            "advice": problem.advice,
            "is_offline": problem.is_offline,
        },
        "notes": list(result.notes),
        "timings": {step: getattr(result.timings, step) for step in (*_STEPS, SAVE)},
        "files": list(result.files),
    }, parts


def result_from_json(value: object, parts: Mapping[str, bytes]) -> PictureResult:
    """The result that `result_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    fields = Fields(value)
    prediction = fields.inner_or_none("prediction")
    problem = fields.inner_or_none("problem")
    timings = fields.inner("timings")
    return PictureResult(
        picture=picture_from_json(fields),
        width=fields.integer("width", 0, LONGEST_SIDE),
        height=fields.integer("height", 0, LONGEST_SIDE),
        prediction=None if prediction is None else prediction_from_json(prediction, parts),
        problem=None if problem is None else _problem(problem),
        notes=_notes(fields),
        timings=Timings(
            **{step: timings.number(step) for step in _STEPS},
            save=timings.number_or_none(SAVE) or 0.0,
        ),
        files=fields.texts("files"),
        plane=plane_from_json(fields),
        pixel_size=pixel_size_from_json(fields),
        taken=taken_from_json(fields),
    )


def _problem(fields: Fields) -> Problem:
    return Problem(fields.text("message"), fields.text("advice"), fields.boolean("is_offline"))


def _notes(fields: Fields) -> tuple[str, ...]:
    notes = fields.texts("notes")
    if len(notes) > _MOST_NOTES or max(map(len, notes), default=0) > _LONGEST_NOTE:
        raise BadFieldError("notes are too many or too long")
    return notes
