"""Where an access token lies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class TokenPlace(Enum):
    """A place for a token; the value is its name for people."""

    ENVIRONMENT = "the environment"
    KEY_RING = "the system's key ring"
    FILE = "the Hugging Face token file"
    SESSION = "this session only"


@dataclass(frozen=True, slots=True)
class TokenOrigin:
    """Where the token in use comes from; never the token itself.

    Attributes:
        place: the kind of place.
        name: the variable's name or the file's path; empty for the others.
    """

    place: TokenPlace
    name: str = ""

    @property
    def words(self) -> str:
        """The place in words, to stand in a sentence."""
        match self.place:
            case TokenPlace.ENVIRONMENT:
                return f"the environment variable {self.name}"
            case TokenPlace.FILE:
                return f"the file {self.name}"
            case _:
                return str(self.place.value)
