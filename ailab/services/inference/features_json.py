"""A vector as JSON and one binary part, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.pixel_map import PixelMapError

MOST_DIMENSIONS = 1_000_000
VECTOR = "vector"


def features_to_json(found: Features) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and the packed vector by name."""
    return {"dimensions": found.dimensions, VECTOR: VECTOR}, {VECTOR: found.vector.packed}


def features_from_json(fields: Fields, parts: Mapping[str, bytes]) -> Features:
    """The vector that `features_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    dimensions = fields.integer("dimensions", 1, MOST_DIMENSIONS)
    vector = FloatMap(dimensions, 1, parts.get(fields.text(VECTOR), b""))
    try:
        vector.unpack()
    except PixelMapError as error:
        raise BadFieldError(f"{VECTOR}: {error}") from error
    return Features(vector)
