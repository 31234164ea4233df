"""How a kind of prediction is kept in a picture's files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.prediction_json import prediction_to_json
from ailab.services.inference.predictions import Prediction
from ailab.services.results.forms.map_file import MapFile
from ailab.services.results.forms.run_picture import RunPicture

P = TypeVar("P", bound=Prediction)


class SavedForm(Generic[P]):
    """Of a kind that needs no file but the JSON file; others say what they have more.

    Attributes:
        is_drawn: the annotated copy shows something of it.
    """

    is_drawn = True

    def to_json(self, prediction: P, picture: RunPicture) -> dict[str, Any]:
        """The prediction's JSON object; the names of `files` are added to it.

        Args:
            prediction: as the model gave it, not filtered.
            picture: that it is of.
        """
        del picture
        return prediction_to_json(prediction)[0]

    def files(self, prediction: P, picture: RunPicture) -> tuple[MapFile, ...]:
        """The files beside the JSON file, as `to_json` is given both."""
        del prediction, picture
        return ()

    def from_files(
        self, fields: Fields, folder: Path, size: tuple[int, int]
    ) -> tuple[dict[str, Any] | None, Mapping[str, bytes]]:
        """What `prediction_from_json` is to be given.

        Args:
            fields: the prediction's JSON object, which is trusted in nothing.
            folder: where its files lie.
            size: width and height of the upright picture, in pixels, as its JSON tells it.

        Returns:
            The JSON object, None for `fields` as it is; and the binary parts by name.

        Raises:
            BadFieldError: something is missing or not what it should be.
            ResultError: a file is missing or damaged.
        """
        del fields, folder, size
        return None, {}
