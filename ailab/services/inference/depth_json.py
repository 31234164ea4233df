"""A map of depths as JSON and one binary part, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import LONGEST_SIDE, MOST_TILES
from ailab.services.inference.pixel_map import PixelMapError
from ailab.services.inference.predictions import DepthMap, DepthScale

DEPTH = "depth"


def depth_to_json(found: DepthMap) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and the packed map by name."""
    return {
        "scale": found.scale.value,
        "minimum": found.minimum,
        "median": found.median,
        "maximum": found.maximum,
        "width": found.width,
        "height": found.height,
        "tiles": found.tiles,
        DEPTH: DEPTH,
    }, {DEPTH: found.depth.packed}


def depth_from_json(fields: Fields, parts: Mapping[str, bytes]) -> DepthMap:
    """The depths that `depth_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    width = fields.integer("width", 1, LONGEST_SIDE)
    height = fields.integer("height", 1, LONGEST_SIDE)
    depth = FloatMap(width, height, parts.get(fields.text(DEPTH), b""))
    try:
        ends = [(float(values.min()), float(values.max())) for values in depth.strips()]
    except PixelMapError as error:
        raise BadFieldError(f"{DEPTH}: {error}") from error
    minimum, median, maximum = (fields.number(n) for n in ("minimum", "median", "maximum"))
    least, most = min(least for least, _ in ends), max(most for _, most in ends)
    if (minimum, maximum) != (least, most) or not minimum <= median <= maximum:
        raise BadFieldError("minimum, median and maximum are not those of the map")
    try:
        scale = DepthScale(fields.text("scale"))
    except ValueError as error:
        raise BadFieldError("scale is not one that this version of ailab knows") from error
    tiles = fields.integer_or_none("tiles", 1, MOST_TILES) or 1
    return DepthMap(width, height, depth, scale, minimum, maximum, median, tiles)
