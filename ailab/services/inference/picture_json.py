"""Which picture something is about, and which plane of a stack it is, in JSON, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ailab.services.images.picture_reference import PictureReference, parse_picture
from ailab.services.images.plane import Plane
from ailab.services.images.value_range import WHOLE_RANGE, ValueRange, parse_range
from ailab.services.inference.json_fields import BadFieldError, Fields

PLANE_FIELDS = ("channel", "slice", "frame")
_MOST_PAGES = 10**9 - 1


def picture_to_json(picture: str) -> dict[str, Any]:
    """The parts of a `PictureReference`: `picture` (its path), `page` and `range`.

    `page` counts from 1, and is null where none was named; `range` is null where a picture's whole
    range is stretched, as `ValueRange` writes it elsewhere.
    """
    reference = parse_picture(picture)
    return {
        "picture": reference.path,
        "page": reference.page,
        "range": range_to_json(reference.value_range),
    }


def picture_from_json(fields: Fields) -> str:
    """The reference that `picture_to_json` was given; what is missing but the path, is null.

    Raises:
        BadFieldError: something is not what it should be.
    """
    page = fields.integer_or_none("page", 1, _MOST_PAGES)
    return str(PictureReference(fields.text("picture"), page, range_from_json(fields)))


def plane_to_json(plane: Plane | None) -> dict[str, int]:
    """`channel`, `slice` and `frame` of a page, from 1; nothing where they are not told."""
    return {} if plane is None else asdict(plane)


def plane_from_json(fields: Fields) -> Plane | None:
    """The plane that `plane_to_json` was given.

    Raises:
        BadFieldError: something is not what it should be.
    """
    if not fields.has("channel"):
        return None
    return Plane(**{name: fields.integer(name, 1, _MOST_PAGES) for name in PLANE_FIELDS})


def range_to_json(value_range: ValueRange) -> str | None:
    """A range as JSON; null for the whole."""
    return None if value_range == WHOLE_RANGE else str(value_range)


def range_from_json(fields: Fields) -> ValueRange:
    """The range in the field `range`.

    Raises:
        BadFieldError: it is none.
    """
    text = fields.text_or_none("range")
    try:
        return WHOLE_RANGE if text is None else parse_range(text)
    except ValueError as error:
        raise BadFieldError(f"range is {error}") from error
