"""What image-to-text gives: a caption, or the words that were read."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.places.place import Place


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """Words about a picture.

    Attributes:
        text: without the network's own marks; may have several lines.
        score: the mean probability of its characters, 0 to 1; None where none is told.
        question: what they answer, as it was asked; empty where nothing was.
        places: where what they name is, in the order of the words; none where the network wrote
            down none.
    """

    text: str
    score: float | None = None
    question: str = ""
    places: tuple[Place, ...] = ()

    def above(self, _threshold: float) -> GeneratedText:
        """Itself: most networks tell no confidence of their words."""
        return self
