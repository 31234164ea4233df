"""What a text says where, once its marks are read."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.places.place import Place
from ailab.services.inference.token_text import printable

_LONGEST_LABEL = 2000


@dataclass(frozen=True, slots=True)
class WrittenPlaces:
    """The places of a text.

    Attributes:
        places: in the order of the text; none where it has no marks, or these make no sense.
        text: the words without the marks; None where they are to be shown as they would be without
            any places.
    """

    places: tuple[Place, ...] = ()
    text: str | None = None


NO_PLACES = WrittenPlaces()


def label_of(words: str) -> str:
    """Words as a label: one line, without what would break what shows it."""
    return " ".join(printable(words[:_LONGEST_LABEL]).split())
