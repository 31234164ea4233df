"""Boxes as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.json_limits import MOST_CLASS_ID
from ailab.services.inference.label_name import label_name
from ailab.services.inference.predictions import Detection, Detections

# Far more than are ever kept of a picture, and as many as the window shows without stopping.
_MOST_DETECTIONS = 10_000
_MOST_CORNERS = 4


def detections_to_json(found: Detections) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and no parts."""
    return {"items": [_detection_to_json(each) for each in found.items]}, {}


def detections_from_json(fields: Fields, _parts: Mapping[str, bytes]) -> Detections:
    """The boxes that `detections_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    return Detections(tuple(map(_detection, fields.objects("items", _MOST_DETECTIONS))))


def _detection_to_json(found: Detection) -> dict[str, Any]:
    return {
        "class_id": found.class_id,
        "label": found.label,
        "score": found.score,
        "box": list(found.box),
        **({"outline": [list(corner) for corner in found.outline]} if found.outline else {}),
    }


def _detection(fields: Fields) -> Detection:
    x0, y0, x1, y1 = fields.numbers("box", 4)
    corners = fields.rows("outline", 2, _MOST_CORNERS) if fields.has("outline") else ()
    return Detection(
        fields.integer("class_id", 0, MOST_CLASS_ID),
        label_name(fields.text("label")),
        fields.share("score"),
        (x0, y0, x1, y1),
        tuple((x, y) for x, y in corners),
    )
