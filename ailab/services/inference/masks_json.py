"""Masks as JSON and one binary part, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import LONGEST_SIDE
from ailab.services.inference.label_name import label_name
from ailab.services.inference.masks import MOST_MASKS, Mask, Masks
from ailab.services.inference.pixel_map import PixelMap, PixelMapError

MASKS = "masks"
"""Name of the part: the packed maps of all masks, one after the other."""

_LONGEST_MAP = 2**30


def masks_to_json(masks: Masks) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and its part by name."""
    return {
        "width": masks.width,
        "height": masks.height,
        "items": [{**mask_to_json(mask), "bytes": len(mask.inside.packed)} for mask in masks.items],
        MASKS: MASKS,
    }, {MASKS: b"".join(mask.inside.packed for mask in masks.items)}


def mask_to_json(mask: Mask) -> dict[str, Any]:
    """A mask's JSON object without its pixels."""
    named = {"label": mask.label} if mask.label else {}
    return {**named, "score": mask.score, "area": mask.area, "box": list(mask.box)}


def mask_box(fields: Fields, width: int, height: int) -> tuple[int, int, int, int]:
    """A mask's `xyxy`, in whole pixels of its maps, which are of `width` by `height`.

    Raises:
        BadFieldError: it is none of whole pixels inside them.
    """
    box = fields.numbers("box", 4)
    left, top, right, bottom = map(int, box)
    if box != (left, top, right, bottom) or not (
        0 <= left < right <= width and 0 <= top < bottom <= height
    ):
        raise BadFieldError("box is not one of whole pixels inside the maps")
    return left, top, right, bottom


def mask_from_json(fields: Fields, left: int, top: int, inside: PixelMap) -> Mask:
    """The mask that `mask_to_json` was given, with its pixels.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    label = label_name(fields.text_or_none("label") or "")
    return Mask(fields.share("score"), fields.share("area"), left, top, inside, label)


def masks_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Masks:
    """The masks that `masks_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    width = fields.integer("width", 1, LONGEST_SIDE)
    height = fields.integer("height", 1, LONGEST_SIDE)
    packed = memoryview(parts.get(fields.text(MASKS), b""))
    items: list[Mask] = []
    for entry in fields.objects("items", MOST_MASKS):
        left, top, right, bottom = mask_box(entry, width, height)
        size = entry.integer("bytes", 0, _LONGEST_MAP)
        inside = PixelMap(right - left, bottom - top, bytes(packed[:size]))
        packed = packed[size:]
        try:
            inside.unpack()  # so that whoever unpacks it later may rely on it
        except PixelMapError as error:
            raise BadFieldError(f"{MASKS}: {error}") from error
        items.append(mask_from_json(entry, left, top, inside))
    if packed:
        raise BadFieldError(f"{MASKS} holds more than the masks")
    return Masks(width, height, tuple(items))
