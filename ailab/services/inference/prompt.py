"""What a person asks of a model beside the picture."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.subtask import Subtask

MOST_LETTERS = 2000
"""Of a question."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Labels to look for, points and boxes that show what is meant, a question, or a subtask.

    Coordinates are pixels of the upright picture, continuous, origin at the top left corner of
    the top left pixel.

    Attributes:
        labels: what to look for, in words; of the zero-shot tasks.
        inside: points (x, y) that lie on the thing meant; of mask generation.
        outside: points (x, y) that do not.
        boxes: around the things meant, `xyxy`.
        question: what a network that writes is asked; empty for the usual, a caption.
        subtask: the kind of segmentation that is wanted of masks; None for the panoptic one.
    """

    labels: tuple[str, ...] = ()
    inside: tuple[tuple[float, float], ...] = ()
    outside: tuple[tuple[float, float], ...] = ()
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    question: str = ""
    subtask: Subtask | None = None

    @property
    def shows(self) -> bool:
        """True where something is shown in the picture."""
        return bool(self.inside or self.outside or self.boxes)


NO_PROMPT = Prompt()
