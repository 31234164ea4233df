"""What a run found, picture by picture, as its files tell it without their maps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TypeAlias

from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import LONGEST_SIDE
from ailab.services.inference.masks import MOST_MASKS
from ailab.services.inference.picture_json import (
    picture_from_json,
    pixel_size_from_json,
    plane_from_json,
    taken_from_json,
)
from ailab.services.inference.segmentation_json import MOST_SEGMENTS
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RESULT_FORMAT, from_text, read_json
from ailab.services.results.run_record import RunRecord

Box: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the upright picture."""


@dataclass(frozen=True, slots=True)
class SavedPrediction:
    """A picture's prediction.

    Attributes:
        picture: its reference.
        width: of the upright picture, in pixels.
        height: of the upright picture, in pixels.
        kind: such as `detections`.
        fields: the prediction's JSON object.
        notes: what was done to the picture.
        plane: which channel, slice and frame of a stack it is; None where that is not told.
        pixel_size: of the picture's pixels; None where that is not known.
        taken: when the camera took it; empty where that is not known.
    """

    picture: str
    width: int
    height: int
    kind: str
    fields: Fields
    notes: tuple[str, ...] = ()
    plane: Plane | None = None
    pixel_size: PixelSize | None = None
    taken: str = ""

    def masks(self) -> Iterator[tuple[Fields, Box]]:
        """Each of the masks that were found.

        Returns:
            Its JSON object and its box in the picture's pixels. Its own pixels are those of a
            smaller picture where that has more than 50 megapixels.

        Raises:
            BadFieldError: something is missing or not what it should be.
        """
        width = self.fields.integer("width", 1, LONGEST_SIDE)
        height = self.fields.integer("height", 1, LONGEST_SIDE)
        across, down = self.width / width, self.height / height
        for mask in self.fields.objects("items", MOST_MASKS):
            x0, y0, x1, y1 = mask.numbers("box", 4)
            yield mask, (x0 * across, y0 * down, x1 * across, y1 * down)

    def regions(self) -> Iterator[tuple[Fields, Box]]:
        """Each of the regions of a segmentation that have a pixel.

        Returns:
            Its JSON object with its run lengths, and its box in the picture's pixels.

        Raises:
            BadFieldError: something is missing or not what it should be.
        """
        for region in self.fields.objects("segments", MOST_SEGMENTS):
            if region.has("segmentation"):
                x0, y0, x1, y1 = region.numbers("box", 4)
                yield region, (x0, y0, x1, y1)


def saved_predictions(folder: Path, record: RunRecord) -> Iterator[SavedPrediction]:
    """The predictions in a run's folder, in the order of its pictures.

    One at a time is in memory. Those of pictures that failed are left out, and so are files that
    were damaged meanwhile: whoever reads these again is told.
    """
    for name in filter(None, record.results):
        with suppress(ResultError, BadFieldError):
            yield saved_prediction(folder, name)


def has_places(saved: SavedPrediction) -> bool:
    """True for a text that says where something is."""
    return saved.kind == GeneratedText.kind and saved.fields.has("places")


def saved_prediction(folder: Path, name: str) -> SavedPrediction:
    """A picture's prediction, by the name of its file in a run's folder.

    Raises:
        ResultError: the file is missing, not readable, or far too long.
        BadFieldError: it is damaged.
    """
    fields, _ = from_text(RESULT_FORMAT, read_json(folder / PureWindowsPath(name).name))
    prediction = fields.inner("prediction")
    return SavedPrediction(
        picture_from_json(fields),
        fields.integer("width", 1, LONGEST_SIDE),
        fields.integer("height", 1, LONGEST_SIDE),
        prediction.text("kind"),
        prediction,
        fields.texts("notes") if fields.has("notes") else (),
        plane_from_json(fields),
        pixel_size_from_json(fields),
        taken_from_json(fields),
    )
