"""A place in a picture that a network wrote down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the picture."""

Outline: TypeAlias = tuple[tuple[float, float], ...]
"""The corners, x and y, of a closed shape in pixels of the picture."""

MOST_PLACES = 1000
"""Places that are kept of a text; the rest of it is kept as words."""

_CORNERS = 4
_SLIGHT = 0.25
"""Share of a box's height."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a text names, and where it is.

    Attributes:
        label: what is there, or what is written there; one line, empty where the text does not say.
        box: x0, y0, x1, y1 in pixels of the picture.
        outlines: closed shapes within the box, each of three corners or more: the quadrilateral
            around words that lie aslant, clockwise from their upper left corner, or the parts of a
            thing; empty where the box is all that is told.
        score: how sure the network is of a line that it read, 0 to 1; None where a text tells the
            place, which never says how sure.
    """

    label: str
    box: Box
    outlines: tuple[Outline, ...] = ()
    score: float | None = None

    def reaches(self, threshold: float) -> bool:
        """False for a line that was read less surely."""
        return self.score is None or self.score >= threshold

    @property
    def named_at(self) -> tuple[float, float]:
        """The corner over which its name is written."""
        first = self.outlines[0] if len(self.outlines) == 1 else ()
        return named_at(self.box, first if len(first) == _CORNERS else ())


def place_within(label: str, outlines: Sequence[Outline]) -> Place:
    """A place with the box around its outlines; a shape that is that box is none of its own."""
    across = [x for outline in outlines for x, _ in outline]
    down = [y for outline in outlines for _, y in outline]
    box = min(across), min(down), max(across), max(down)
    left, top, right, bottom = box
    upright = ((left, top), (right, top), (right, bottom), (left, bottom))
    is_box = len(outlines) == 1 and tuple(outlines[0]) == upright
    return Place(label, box, () if is_box else tuple(map(tuple, outlines)))


def named_at(box: Box, outline: Outline) -> tuple[float, float]:
    """The upper left corner of a rectangle; of one that is turned far, its highest corner.

    Args:
        box: the box around it.
        outline: its four corners, clockwise from the upper left one; empty where it is not turned.
    """
    left, top, _, bottom = box
    if not outline or outline[0][1] - top <= _SLIGHT * (bottom - top):
        return left, top
    return min(outline, key=lambda corner: corner[1])


def label_numbers(places: Sequence[Place]) -> tuple[int, ...]:
    """A number for each place, from 0: places of the same label have the same one.

    Places without a label have numbers of their own.
    """
    numbers: dict[str | int, int] = {}
    return tuple(
        numbers.setdefault(place.label or index, len(numbers)) for index, place in enumerate(places)
    )
