"""What a network wrote as JSON, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.places.place import MOST_PLACES, Outline, Place

_MOST_OUTLINES, _MOST_CORNERS = 10_000, 100_000
_LEAST_CORNERS = 3
_LONGEST_LABEL = 10_000
_LONGEST_TEXT = 200_000
"""Letters: more than networks write of the fullest page."""
# To lay out what cannot be broken takes the window a time that grows with its square.
_ENDLESS_WORD = re.compile(r"[^\s\u2e80-\U0010ffff]{20000}")


def text_to_json(found: GeneratedText) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object of a text, and no parts."""
    return {
        "text": found.text,
        **({} if found.score is None else {"score": found.score}),
        **({"question": found.question} if found.question else {}),
        **({"places": [_place_to_json(place) for place in found.places]} if found.places else {}),
    }, {}


def text_from_json(
    fields: Fields, _parts: Mapping[str, bytes] = MappingProxyType({})
) -> GeneratedText:
    """The text that `text_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    text = fields.text("text")
    if len(text) > _LONGEST_TEXT or _ENDLESS_WORD.search(text):
        raise BadFieldError("text is too long, or a word of it")
    return GeneratedText(
        text,
        fields.share("score") if fields.has("score") else None,
        fields.text_or_none("question") or "",
        places_from_json(fields),
    )


def places_from_json(fields: Fields) -> tuple[Place, ...]:
    """The places of a text; none where it names none.

    Raises:
        BadFieldError: one is not what it should be; says which.
    """
    if not fields.has("places"):
        return ()
    return tuple(_place(each) for each in fields.objects("places", MOST_PLACES))


def _place_to_json(place: Place) -> dict[str, Any]:
    outlines = [[list(corner) for corner in outline] for outline in place.outlines]
    return {
        "label": place.label,
        "box": list(place.box),
        **({"outlines": outlines} if outlines else {}),
        **({} if place.score is None else {"score": place.score}),
    }


def _place(fields: Fields) -> Place:
    x0, y0, x1, y1 = fields.numbers("box", 4)
    shapes = fields.list_of("outlines") if fields.has("outlines") else []
    if len(shapes) > _MOST_OUTLINES:
        raise BadFieldError(f"outlines holds more than {_MOST_OUTLINES} shapes")
    score = fields.share("score") if fields.has("score") else None
    label = fields.text("label")
    if len(label) > _LONGEST_LABEL:
        raise BadFieldError("label is too long")
    return Place(label, (x0, y0, x1, y1), tuple(map(_outline, shapes)), score)


def _outline(value: object) -> Outline:
    corners = Fields({"outline": value}).rows("outline", 2, _MOST_CORNERS)
    if len(corners) < _LEAST_CORNERS:
        raise BadFieldError(f"outline has fewer than {_LEAST_CORNERS} corners")
    return tuple((x, y) for x, y in corners)
