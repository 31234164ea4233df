"""A pause that the Hub's limits ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HubWait:
    """How long the next answer is held back, so that the Hub is not asked too often.

    Attributes:
        seconds: from now on; 0.0 where the pause is over.
        is_refused: True where the Hub refuses until then, False where ailab slows down by itself.
    """

    seconds: float
    is_refused: bool
