"""Which pictures of a run are stepped through."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PictureKind(Enum):
    """What pictures may be looked through for; the value is the drop-down's text."""

    ALL = "All pictures"
    FOUND = "Something found"
    NOTHING = "Nothing found"
    NEAR = "Near threshold"
    OTHERWISE = "Differs in B"
    """Of the run that is compared with."""
    FAILED = "Failed"
    LABEL = "With"
    """With one label."""


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """What a picture must hold to be stepped to.

    Attributes:
        kind: of what it is.
        label: which label, where it is one.
    """

    kind: PictureKind = PictureKind.ALL
    label: str = ""

    @property
    def words(self) -> str:
        """Such as `With sheep`."""
        return f"{self.kind.value} {self.label}" if self.label else self.kind.value


EVERY = PictureChoice()


@dataclass(frozen=True, slots=True)
class PictureFilterState:
    """Which pictures of a run are stepped through.

    Attributes:
        choice: what they have in common.
        offers: what could be chosen, and how many pictures that are; the labels last, those in
            most pictures first.
        places: their places among the run's pictures, in order; None for all.
        total: how many pictures the run has.
        current: place of the picture shown, which need not be one of them.
    """

    choice: PictureChoice = EVERY
    offers: tuple[tuple[PictureChoice, int], ...] = ((EVERY, 0),)
    places: tuple[int, ...] | None = None
    total: int = 0
    current: int = 0

    @property
    def is_of_use(self) -> bool:
        """Some choice leaves pictures out."""
        return self.choice != EVERY or any(0 < number < self.total for _, number in self.offers)
