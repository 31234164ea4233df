"""What verifying a repository's files came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path


class Soundness(Enum):
    """What is known of a repository's files; the value is the word for it."""

    UNKNOWN = "not verified"
    PARTLY = "partly verified"
    SOUND = "verified"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """What is known of the files' checksums.

    Attributes:
        sound: how many contents have the checksum that they are named by.
        damaged: paths of the files whose content has another.
        damaged_blobs: these contents.
        unchecked: how many contents were not verified since they last changed.
        unnamed: how many contents no checksum is kept of, so that nothing can be verified.
        since: when the oldest of these verifications was made; UTC.
    """

    sound: int = 0
    damaged: tuple[str, ...] = ()
    damaged_blobs: frozenset[Path] = frozenset()
    unchecked: int = 0
    unnamed: int = 0
    since: datetime | None = None

    @property
    def soundness(self) -> Soundness:
        """All of it in one word."""
        if self.damaged:
            return Soundness.DAMAGED
        if not self.sound:
            return Soundness.UNKNOWN
        return Soundness.PARTLY if self.unchecked or self.unnamed else Soundness.SOUND
