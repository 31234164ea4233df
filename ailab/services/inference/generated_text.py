"""What image-to-text gives: a caption, or the words that were read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from ailab.services.inference.places.place import Place


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """Words about a picture.

    Attributes:
        text: without the network's own marks; may have several lines.
        score: the mean probability of its characters, 0 to 1; None where none is told.
        question: what they answer, as it was asked; empty where nothing was.
        places: where what they name is, in the order of the words; none where the network wrote
            down none. Of a page that was read line by line each line, with how surely it was read.
    """

    kind: ClassVar[str] = "text"

    text: str
    score: float | None = None
    question: str = ""
    places: tuple[Place, ...] = ()

    @property
    def is_of_lines(self) -> bool:
        """True for a page of which each line was found and read by itself."""
        return any(place.score is not None for place in self.places)

    def above(self, threshold: float) -> GeneratedText:
        """Of a page that was read line by line, the lines that were read so surely.

        All else as it is: no network that writes tells how sure it is of a part of its words.
        """
        if not self.is_of_lines:
            return self
        kept = tuple(place for place in self.places if place.reaches(threshold))
        return replace(self, text=page_text(kept), places=kept)


def page_text(lines: tuple[Place, ...]) -> str:
    """The lines of a page below each other."""
    return "\n".join(line.label for line in lines)
