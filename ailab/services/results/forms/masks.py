"""Masks in a picture's files.

The JSON object has `width` and `height` of the maps, which are the picture's but for one of more
than 50 megapixels, and `items`, each `label` (of what was named), `score`, `area` (share of the
picture), `box` (x0, y0, x1, y1 in pixels of the maps) and `segmentation`, COCO's compressed run
lengths: `size` (height, width) and `counts`; by descending score. Masks may overlap.
`label_image` names `cells.masks.png`: 16-bit grey of the masks' size, a pixel's value is the number
of its mask, from 1, in the order of `items`; of several the smallest one's; 0 for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.masks import MOST_MASKS, Mask, Masks
from ailab.services.inference.masks_json import mask_box, mask_from_json, mask_to_json
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.prediction_json import prediction_to_json
from ailab.services.results.forms.map_file import MapFile, png_of
from ailab.services.results.forms.run_picture import RunPicture
from ailab.services.results.forms.saved_form import SavedForm
from ailab.services.results.mask_labels import mask_labels
from ailab.services.results.run_lengths import mask_counts, mask_map

_LABEL_IMAGE = "label_image"


class MasksForm(SavedForm[Masks]):
    """Run lengths in the JSON file itself; the picture beside it is for other programs alone."""

    def to_json(self, prediction: Masks, _picture: RunPicture) -> dict[str, Any]:
        """Each mask with its run lengths as `segmentation`, as COCO has it."""
        size = prediction.width, prediction.height
        return {
            "kind": prediction.kind,
            "width": prediction.width,
            "height": prediction.height,
            "items": [
                {
                    **mask_to_json(mask),
                    "segmentation": {
                        "size": [prediction.height, prediction.width],
                        "counts": mask_counts(mask.inside, mask.left, mask.top, *size),
                    },
                }
                for mask in prediction.items
            ],
        }

    def files(self, prediction: Masks, _picture: RunPicture) -> tuple[MapFile, ...]:
        """The picture of the masks' numbers."""
        drawn = png_of(lambda: Image.fromarray(mask_labels(prediction)))
        return (MapFile(_LABEL_IMAGE, ".masks.png", drawn),)

    def from_files(
        self, fields: Fields, _folder: Path, _size: tuple[int, int]
    ) -> tuple[dict[str, Any], Mapping[str, bytes]]:
        """The masks of their run lengths."""
        return _packed(fields)


def _packed(prediction: Fields) -> tuple[dict[str, Any], dict[str, bytes]]:
    width = prediction.integer("width", 1, MAX_MAP_PIXELS)
    height = prediction.integer("height", 1, MAX_MAP_PIXELS)
    if width * height > MAX_MAP_PIXELS:
        raise BadFieldError(f"{width} by {height} pixels are too many")
    items: list[Mask] = []
    for entry in prediction.objects("items", MOST_MASKS):
        box = mask_box(entry, width, height)
        runs = entry.inner("segmentation")
        if runs.numbers("size", 2) != (height, width):
            raise BadFieldError("size is not the picture's")
        inside = mask_map(runs.text("counts"), box, width, height)
        items.append(mask_from_json(entry, *box[:2], inside))
    return prediction_to_json(Masks(width, height, tuple(items)))
