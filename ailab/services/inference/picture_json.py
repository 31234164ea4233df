"""Which picture something is about, which plane of a stack it is, and its scale, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ailab.services.images.capture_time import is_capture_time
from ailab.services.images.picture_reference import PictureReference, parse_picture
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane
from ailab.services.images.value_range import WHOLE_RANGE, ValueRange, parse_range
from ailab.services.inference.json_fields import BadFieldError, Fields

PLANE_FIELDS = ("channel", "slice", "frame")
CHANNEL_NAME = "channel_name"
TAKEN = "taken"
LONGEST_PATH = 32_767
"""Letters: what Windows allows, of all systems the most."""
_MOST_PAGES = 10**9 - 1
_PIXEL_SIZE = "pixel_size_um"


def picture_to_json(picture: str) -> dict[str, Any]:
    """The parts of a `PictureReference`: `picture` (its path), `page`, `range` and what was given.

    `page` counts from 1, and is null where none was named; `range` is null where a picture's whole
    range is stretched, as `ValueRange` writes it elsewhere. Where a person gave a size of pixels,
    `given_pixel_size_um` has it.
    """
    reference = parse_picture(picture)
    return {
        "picture": reference.path,
        "page": reference.page,
        "range": range_to_json(reference.value_range),
        **given_size_to_json(reference.pixel_size),
    }


def picture_from_json(fields: Fields) -> str:
    """The reference that `picture_to_json` was given; what is missing but the path, is null.

    Raises:
        BadFieldError: something is not what it should be.
    """
    page = fields.integer_or_none("page", 1, _MOST_PAGES)
    value_range, given = range_from_json(fields), given_size_from_json(fields)
    path = fields.text("picture")
    if len(path) > LONGEST_PATH:
        raise BadFieldError("picture is too long for a path")
    return str(PictureReference(path, page, value_range, given))


def plane_to_json(plane: Plane | None) -> dict[str, int | str]:
    """`channel`, `slice` and `frame` of a page, from 1; nothing where they are not told.

    `channel_name` is there where the channel has a name.
    """
    return {name: value for name, value in asdict(plane).items() if value} if plane else {}


def plane_from_json(fields: Fields) -> Plane | None:
    """The plane that `plane_to_json` was given.

    Raises:
        BadFieldError: something is not what it should be.
    """
    if not fields.has("channel"):
        return None
    numbers = {name: fields.integer(name, 1, _MOST_PAGES) for name in PLANE_FIELDS}
    return Plane(**numbers, channel_name=fields.text_or_none(CHANNEL_NAME) or "")


def pixel_size_to_json(pixel_size: PixelSize | None) -> dict[str, list[float]]:
    """`pixel_size_um`: width and height of a pixel in micrometres; nothing where it is not known.

    It is what areas are reckoned with, whether the file tells it or a person.
    """
    if pixel_size is None:
        return {}
    return {_PIXEL_SIZE: [pixel_size.width, pixel_size.height]}


def pixel_size_from_json(fields: Fields) -> PixelSize | None:
    """The size that `pixel_size_to_json` was given.

    Raises:
        BadFieldError: it is none.
    """
    return _size_in(fields, _PIXEL_SIZE)


def given_size_to_json(pixel_size: PixelSize | None) -> dict[str, list[float]]:
    """`given_pixel_size_um`, of the same form; nothing where none was given."""
    return {f"given_{name}": sides for name, sides in pixel_size_to_json(pixel_size).items()}


def given_size_from_json(fields: Fields) -> PixelSize | None:
    """The size that `given_size_to_json` was given.

    Raises:
        BadFieldError: it is none.
    """
    return _size_in(fields, f"given_{_PIXEL_SIZE}")


def taken_to_json(taken: str) -> dict[str, str]:
    """`taken`: when the camera took a picture; nothing where that is not told."""
    return {TAKEN: taken} if taken else {}


def taken_from_json(fields: Fields) -> str:
    """The time that `taken_to_json` was given.

    Raises:
        BadFieldError: it is none.
    """
    taken = fields.text_or_none(TAKEN) or ""
    if taken and not is_capture_time(taken):
        raise BadFieldError(f"{TAKEN} is no time")
    return taken


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


def _size_in(fields: Fields, name: str) -> PixelSize | None:
    if not fields.has(name):
        return None
    sides = fields.numbers(name, 2)
    try:
        return PixelSize(*sides)
    except ValueError as error:
        raise BadFieldError(f"{name} is no size of pixels: {error}") from error
