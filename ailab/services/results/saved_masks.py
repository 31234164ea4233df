"""Masks as they stand in a result's file, and back."""

from __future__ import annotations

from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.masks import Masks
from ailab.services.inference.masks_json import MASKS, MOST_MASKS
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.results.run_lengths import mask_counts, mask_map


def saved_masks(masks: Masks) -> dict[str, Any]:
    """The JSON object of masks, each with its run lengths as `segmentation`, as COCO has it."""
    size = masks.width, masks.height
    return {
        "kind": "masks",
        "width": masks.width,
        "height": masks.height,
        "items": [
            {
                "score": mask.score,
                "area": mask.area,
                "box": list(mask.box),
                "segmentation": {
                    "size": [masks.height, masks.width],
                    "counts": mask_counts(mask.inside, mask.left, mask.top, *size),
                },
            }
            for mask in masks.items
        ],
    }


def packed_masks(prediction: Fields) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The form of `masks_to_json`, and its part, of what `saved_masks` made.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    width = prediction.integer("width", 1, MAX_MAP_PIXELS)
    height = prediction.integer("height", 1, MAX_MAP_PIXELS)
    if width * height > MAX_MAP_PIXELS:
        raise BadFieldError(f"{width} by {height} pixels are too many")
    items: list[dict[str, Any]] = []
    packed: list[bytes] = []
    for entry in prediction.objects("items", MOST_MASKS):
        box = entry.numbers("box", 4)
        left, top, right, bottom = map(int, box)
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise BadFieldError("box is not inside the picture")
        runs = entry.inner("segmentation")
        if runs.numbers("size", 2) != (height, width):
            raise BadFieldError("size is not the picture's")
        inside = mask_map(runs.text("counts"), (left, top, right, bottom), width, height)
        packed.append(inside.packed)
        items.append(
            {
                "score": entry.number("score"),
                "area": entry.number("area"),
                "box": list(box),
                "bytes": len(inside.packed),
            }
        )
    return {
        "kind": "masks",
        "width": width,
        "height": height,
        "items": items,
        MASKS: MASKS,
    }, {MASKS: b"".join(packed)}
