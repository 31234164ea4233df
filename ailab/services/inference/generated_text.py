"""What image-to-text gives: a caption, or the words that were read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """Words about a picture.

    Attributes:
        text: without the network's own marks; may have several lines.
    """

    text: str

    def above(self, _threshold: float) -> GeneratedText:
        """Itself: the networks tell no confidence of their words."""
        return self
