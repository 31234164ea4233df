"""What a finished run found, picture by picture, as its files tell it without their maps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RESULT_FORMAT, from_text, read_json
from ailab.services.results.run_record import RunRecord

_LONGEST_SIDE = 2**20


@dataclass(frozen=True, slots=True)
class SavedPrediction:
    """A picture's prediction.

    Attributes:
        picture: path of the picture.
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
        kind: such as `detections`.
        fields: the prediction's JSON object.
    """

    picture: str
    width: int
    height: int
    kind: str
    fields: Fields


def saved_predictions(folder: Path, record: RunRecord) -> Iterator[SavedPrediction]:
    """The predictions in a run's folder, in the order of its pictures.

    One at a time is in memory. Those of pictures that failed are left out, and so are files that
    were damaged meanwhile: whoever reads these again is told.
    """
    for name in filter(None, record.results):
        with suppress(ResultError, BadFieldError):
            yield _read(folder / PurePosixPath(name).name)


def _read(path: Path) -> SavedPrediction:
    fields, _ = from_text(RESULT_FORMAT, read_json(path))
    prediction = fields.inner("prediction")
    return SavedPrediction(
        fields.text("picture"),
        fields.integer("width", 1, _LONGEST_SIDE),
        fields.integer("height", 1, _LONGEST_SIDE),
        prediction.text("kind"),
        prediction,
    )
