"""A label for every pixel as JSON and two binary parts, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import LONGEST_SIDE, MOST_CLASS_ID
from ailab.services.inference.label_name import label_name
from ailab.services.inference.pixel_map import PixelMap, PixelMapError
from ailab.services.inference.predictions import Segment, Segmentation

MOST_SEGMENTS = 255
LABEL_MAP = "label_map"
CONFIDENCE = "confidence"


def segmentation_to_json(found: Segmentation) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and the two packed maps by name."""
    return {
        "is_matte": found.is_matte,
        **({"tells_objects": True} if found.tells_objects else {}),
        "width": found.width,
        "height": found.height,
        LABEL_MAP: LABEL_MAP,
        CONFIDENCE: CONFIDENCE,
        "segments": [_segment_to_json(each) for each in found.segments],
    }, {LABEL_MAP: found.label_map.packed, CONFIDENCE: found.confidence.packed}


def segmentation_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Segmentation:
    """The regions that `segmentation_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    width = fields.integer("width", 1, LONGEST_SIDE)
    height = fields.integer("height", 1, LONGEST_SIDE)
    maps = []
    for name in (LABEL_MAP, CONFIDENCE):
        packed = PixelMap(width, height, parts.get(fields.text(name), b""))
        try:
            packed.unpack()  # so that whoever unpacks it later may rely on it
        except PixelMapError as error:
            raise BadFieldError(f"{name}: {error}") from error
        maps.append(packed)
    segments = tuple(_segment(entry) for entry in fields.objects("segments", MOST_SEGMENTS))
    if len({segment.index for segment in segments}) != len(segments):
        raise BadFieldError("segments holds an index twice")
    is_matte = fields.has("is_matte") and fields.boolean("is_matte")
    tells_objects = fields.has("tells_objects") and fields.boolean("tells_objects")
    return Segmentation(width, height, maps[0], maps[1], segments, is_matte, tells_objects)


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    return {
        "index": segment.index,
        "class_id": segment.class_id,
        "label": segment.label,
        "score": segment.score,
        "area": segment.area,
    }


def _segment(fields: Fields) -> Segment:
    return Segment(
        index=fields.integer("index", 1, MOST_SEGMENTS),
        class_id=fields.integer("class_id", 0, MOST_CLASS_ID),
        label=label_name(fields.text("label")),
        score=fields.share("score"),
        area=fields.share("area"),
    )
