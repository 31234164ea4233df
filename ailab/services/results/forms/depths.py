"""Depths in a picture's files.

The JSON object has `scale` (what the numbers mean: `inverse`, `distance` or `metres`, see
`DepthScale`), `minimum`, `median`, `maximum`, and the names of the two pictures that follow as
`depth`, of `width` by `height`, and `depth_16bit`, of the picture's size.

- `cells.depth.tif`: 32-bit floating point, uncompressed: the depths as the network gave them, at
  its own resolution. It covers the whole picture.
- `cells.depth.png`: 16-bit grey of the picture's size: `minimum` is 0 and `maximum` 65535.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from ailab.services.images.image_reader import MAX_PIXELS
from ailab.services.inference.depth_json import DEPTH
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.predictions import DepthMap
from ailab.services.results.depth_picture import depth_samples
from ailab.services.results.float_tiff import write_float_tiff
from ailab.services.results.forms.map_file import MapFile, png_of
from ailab.services.results.forms.named_file import named_file, opened_map
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm
from ailab.services.results.map_rows import rows_at_once

_DEPTH_16BIT = "depth_16bit"


class DepthsForm(SavedForm[DepthMap]):
    """The network's own numbers, and a picture of them for other programs."""

    def files(self, prediction: DepthMap, picture: RunPicture) -> tuple[MapFile, ...]:
        """Both pictures."""
        grey = png_of(lambda: Image.fromarray(depth_samples(prediction, picture.size)))
        return (
            MapFile(DEPTH, ".depth.tif", lambda file: write_float_tiff(prediction.depth, file)),
            MapFile(_DEPTH_16BIT, ".depth.png", grey),
        )

    def from_files(
        self, fields: Fields, folder: Path, _size: tuple[int, int]
    ) -> tuple[None, Mapping[str, bytes]]:
        """The network's own numbers."""
        size = fields.integer("width", 1, MAX_PIXELS), fields.integer("height", 1, MAX_PIXELS)
        if size[0] * size[1] > MAX_MAP_PIXELS:
            raise BadFieldError(f"{size[0]} by {size[1]} numbers are too many")
        name = fields.text(DEPTH)
        return None, {name: _read(named_file(folder, name), size)}


def _read(path: Path, size: tuple[int, int]) -> bytes:
    with opened_map(path, "TIFF", size, ("F",)) as image:
        width, height = size
        rows = rows_at_once(width)
        tops = range(0, height, rows)
        boxes = ((0, top, width, min(top + rows, height)) for top in tops)
        strips = (np.asarray(image.crop(box), np.float32) for box in boxes)
        return FloatMap.pack_strips(width, height, strips).packed
