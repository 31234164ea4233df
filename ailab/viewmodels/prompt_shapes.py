"""What a person shows in a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ailab.services.inference.prompt import Prompt


class PromptTool(Enum):
    """What the mouse does in the picture; the value is the button's text."""

    INSIDE = "Point inside"
    OUTSIDE = "Point outside"
    BOX = "Box"
    MOVE = "Move"


@dataclass(frozen=True, slots=True)
class ShownPoint:
    """A point on the thing meant, or beside it, in pixels of the upright picture."""

    x: float
    y: float
    is_inside: bool = True


@dataclass(frozen=True, slots=True)
class ShownBox:
    """A box around the thing meant, in pixels of the upright picture."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def between(cls, x: float, y: float, other_x: float, other_y: float) -> ShownBox:
        """The box with two opposite corners, whichever they are."""
        return cls(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))


Shape = ShownPoint | ShownBox


def prompt_of(shapes: Iterable[Shape]) -> Prompt:
    """What shapes ask of a model."""
    shapes = tuple(shapes)
    points = [shape for shape in shapes if isinstance(shape, ShownPoint)]
    return Prompt(
        inside=tuple((point.x, point.y) for point in points if point.is_inside),
        outside=tuple((point.x, point.y) for point in points if not point.is_inside),
        boxes=tuple(
            (box.left, box.top, box.right, box.bottom)
            for box in shapes
            if isinstance(box, ShownBox)
        ),
    )


def shapes_of(prompt: Prompt) -> tuple[Shape, ...]:
    """The shapes that a prompt was made of; points before boxes."""
    return (
        *(ShownPoint(x, y) for x, y in prompt.inside),
        *(ShownPoint(x, y, is_inside=False) for x, y in prompt.outside),
        *(ShownBox(*box) for box in prompt.boxes),
    )
