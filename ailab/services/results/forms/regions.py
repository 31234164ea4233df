"""A label for every pixel in a picture's files.

The JSON object has `segments`, each `index`, `class_id`, `label`, `score`, `area` (share of the
picture), and, where it has a pixel, `box` (x0, y0, x1, y1 in pixels of the picture) and
`segmentation`, COCO's compressed run lengths; and the names of the two pictures that follow as
`label_map` and `confidence`; where the network labels pixels alone also what `piece_fields` adds:
how many pieces its regions have at the threshold, and each of them. `width` and `height` are those
at which the network's maps were kept. Where `is_matte`, the confidence tells how much of each pixel
is foreground, and `cutout` names the picture cut out by it. Neither scores nor pixels below the
threshold are left out.

- `cells.mask.png`: 8-bit palette picture of the picture's size; a pixel's value is its segment's
  index, 0 for nothing. The palette holds the colours in which the lab shows them.
- `cells.confidence.png`: 8-bit grey of the same size; how sure the model is of the pixel.
- `cells.cutout.png`: of a matte: the picture, with how much of each pixel is foreground as alpha.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from ailab.services.images.image_reader import MAX_PIXELS
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.prediction_json import prediction_to_json
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.segmentation_json import CONFIDENCE, LABEL_MAP
from ailab.services.results.cutout import cutout
from ailab.services.results.forms.map_file import MapFile, png_of
from ailab.services.results.forms.named_file import named_file, opened_map
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm
from ailab.services.results.label_colors import segment_colors
from ailab.services.results.map_rows import map_pixels
from ailab.services.results.piece_fields import add_pieces
from ailab.services.results.region_runs import region_runs

_CUTOUT = "cutout"
_MODES = {LABEL_MAP: ("P", "L"), CONFIDENCE: ("L",)}


class RegionsForm(SavedForm[Segmentation]):
    """Two maps as pictures; where the regions lie also in the JSON file."""

    def to_json(self, prediction: Segmentation, picture: RunPicture) -> dict[str, Any]:
        """The regions, each with where it lies, so that nobody need decode its picture."""
        body, _ = prediction_to_json(prediction)
        width, height = picture.size
        found = region_runs(prediction.label_map, picture.size)
        for segment in body["segments"]:
            if (region := found.get(segment["index"])) is not None:
                segment["box"] = list(region.box)
                segment["segmentation"] = {"size": [height, width], "counts": region.counts}
        add_pieces(body, prediction, picture.size, picture.threshold, picture.pieces_from)
        return body

    def files(self, prediction: Segmentation, picture: RunPicture) -> tuple[MapFile, ...]:
        """Both maps, and the picture cut out of a matte."""
        labels = png_of(lambda: _labels(prediction, picture.size))
        confidence = png_of(lambda: _map(prediction.confidence, picture.size))
        both = (
            MapFile(LABEL_MAP, ".mask.png", labels),
            MapFile(CONFIDENCE, ".confidence.png", confidence),
        )
        if not prediction.is_matte:
            return both
        cut = png_of(lambda: cutout(picture.pixels, prediction))
        return (*both, MapFile(_CUTOUT, ".cutout.png", cut))

    def from_files(
        self, fields: Fields, folder: Path, size: tuple[int, int]
    ) -> tuple[None, Mapping[str, bytes]]:
        """Both maps, at the size at which they were kept."""
        if size[0] * size[1] > MAX_PIXELS:
            raise BadFieldError(f"{size[0]} by {size[1]} pixels are too many")
        kept = (fields.integer("width", 1, size[0]), fields.integer("height", 1, size[1]))
        maps = {}
        for role, modes in _MODES.items():
            name = fields.text(role)
            maps[name] = _read(named_file(folder, name), modes, size, kept)
        return None, maps


def _labels(maps: Segmentation, size: tuple[int, int]) -> Image.Image:
    image = _map(maps.label_map, size)
    palette = bytearray(256 * 3)
    for index, color in segment_colors(maps.segments).items():
        palette[index * 3 : index * 3 + 3] = bytes(color)
    image.putpalette(bytes(palette))
    return image


def _map(values: PixelMap, size: tuple[int, int]) -> Image.Image:
    # Nearest: a label between two others means nothing, and scaling back loses nothing.
    return Image.frombuffer("L", size, map_pixels(values, size))


def _read(
    path: Path, modes: tuple[str, ...], full: tuple[int, int], kept: tuple[int, int]
) -> bytes:
    with opened_map(path, "PNG", full, modes) as image:
        small = image.resize(kept, Image.Resampling.NEAREST) if kept != full else image
        return PixelMap.pack(*small.size, small.tobytes()).packed
