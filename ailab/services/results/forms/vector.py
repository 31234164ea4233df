"""A vector in a picture's files.

The JSON object has `dimensions`, and as `vector` the name of `cells.features.npy`: the vector in
NumPy's own format, little-endian float32, one axis.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ailab.services.inference.features import Features
from ailab.services.inference.features_json import VECTOR
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import Fields
from ailab.services.results.feature_files import FEATURES_ENDING, read_vector, vector_file
from ailab.services.results.forms.map_file import MapFile
from ailab.services.results.forms.named_file import named_file, told
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm


class VectorForm(SavedForm[Features]):
    """A file of numbers; nothing of them can be drawn."""

    is_drawn = False

    def files(self, prediction: Features, _picture: RunPicture) -> tuple[MapFile, ...]:
        """The vector's file."""
        data = vector_file(prediction)
        return (MapFile(VECTOR, FEATURES_ENDING, lambda file: file.write(data)),)

    def from_files(
        self, fields: Fields, folder: Path, _size: tuple[int, int]
    ) -> tuple[None, Mapping[str, bytes]]:
        """The vector."""
        name = fields.text(VECTOR)
        path = named_file(folder, name)
        with told(path):
            return None, {name: FloatMap.pack(read_vector(path)[None]).packed}
