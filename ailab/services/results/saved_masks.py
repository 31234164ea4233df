"""Masks as they stand in a result's file, and back."""

from __future__ import annotations

from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.label_name import label_name
from ailab.services.inference.masks import MOST_MASKS, Mask, Masks
from ailab.services.inference.masks_json import mask_to_json
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.prediction_json import prediction_to_json
from ailab.services.results.run_lengths import mask_counts, mask_map


def saved_masks(masks: Masks) -> dict[str, Any]:
    """The JSON object of masks, each with its run lengths as `segmentation`, as COCO has it."""
    size = masks.width, masks.height
    return {
        "kind": Masks.kind,
        "width": masks.width,
        "height": masks.height,
        "items": [
            {
                **mask_to_json(mask),
                "segmentation": {
                    "size": [masks.height, masks.width],
                    "counts": mask_counts(mask.inside, mask.left, mask.top, *size),
                },
            }
            for mask in masks.items
        ],
    }


def packed_masks(prediction: Fields) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The form of `prediction_to_json`, and its part, of what `saved_masks` made.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    width = prediction.integer("width", 1, MAX_MAP_PIXELS)
    height = prediction.integer("height", 1, MAX_MAP_PIXELS)
    if width * height > MAX_MAP_PIXELS:
        raise BadFieldError(f"{width} by {height} pixels are too many")
    items: list[Mask] = []
    for entry in prediction.objects("items", MOST_MASKS):
        box = entry.numbers("box", 4)
        left, top, right, bottom = map(int, box)
        if box != (left, top, right, bottom) or not (
            0 <= left < right <= width and 0 <= top < bottom <= height
        ):
            raise BadFieldError("box is not one of whole pixels inside the picture")
        runs = entry.inner("segmentation")
        if runs.numbers("size", 2) != (height, width):
            raise BadFieldError("size is not the picture's")
        inside = mask_map(runs.text("counts"), (left, top, right, bottom), width, height)
        label = label_name(entry.text_or_none("label") or "")
        items.append(Mask(entry.share("score"), entry.share("area"), left, top, inside, label))
    return prediction_to_json(Masks(width, height, tuple(items)))
