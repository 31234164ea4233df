"""A picture that a model made in a picture's files.

The JSON object has as `image` the name of `cells.output.png`, 8-bit red, green and blue, of `width`
by `height`; and in how many pieces it was made as `tiles`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.output_image_json import IMAGE
from ailab.services.inference.picture_result import OUTPUT_ENDING
from ailab.services.inference.predictions import OutputImage
from ailab.services.regular_file import open_regular
from ailab.services.results.forms.map_file import MapFile
from ailab.services.results.forms.named_file import named_file, told
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm

_LARGEST_FILE = 2**29


class MadePictureForm(SavedForm[OutputImage]):
    """A PNG file, as the model's pipeline made it."""

    def files(self, prediction: OutputImage, _picture: RunPicture) -> tuple[MapFile, ...]:
        """The picture made."""
        return (MapFile(IMAGE, OUTPUT_ENDING, lambda file: file.write(prediction.png)),)

    def from_files(
        self, fields: Fields, folder: Path, _size: tuple[int, int]
    ) -> tuple[None, Mapping[str, bytes]]:
        """The picture made, not decoded: whoever makes the prediction of it looks into it."""
        name = fields.text(IMAGE)
        path = named_file(folder, name)
        with told(path), open_regular(path) as file:
            data = file.read(_LARGEST_FILE + 1)
            if len(data) > _LARGEST_FILE:
                raise BadFieldError("too long for a picture")
        return None, {name: data}
