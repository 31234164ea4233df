"""A picture that a model made as JSON and one binary part, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_limits import LONGEST_SIDE, MOST_TILES
from ailab.services.inference.output_pixels import OutputImageError, output_picture
from ailab.services.inference.predictions import OutputImage

IMAGE = "image"


def output_image_to_json(made: OutputImage) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and the PNG file by name."""
    return {
        "width": made.width,
        "height": made.height,
        "tiles": made.tiles,
        IMAGE: IMAGE,
    }, {IMAGE: made.png}


def output_image_from_json(fields: Fields, parts: Mapping[str, bytes]) -> OutputImage:
    """The picture that `output_image_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    made = OutputImage(
        fields.integer("width", 1, LONGEST_SIDE),
        fields.integer("height", 1, LONGEST_SIDE),
        parts.get(fields.text(IMAGE), b""),
        fields.integer_or_none("tiles", 1, MOST_TILES) or 1,
    )
    try:
        output_picture(made)
    except OutputImageError as error:
        raise BadFieldError(f"{IMAGE}: {error}") from error
    return made
