"""Where the pictures of a run are run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

MOST_WORKERS = 10_000


class RunPlace(Enum):
    """A kind of place; the value is what settings and the command line call it."""

    THIS_COMPUTER = "here"
    RAY = "ray"
    PROVIDERS = "providers"


PLACE_NAMES = {
    RunPlace.THIS_COMPUTER: "This computer",
    RunPlace.RAY: "Ray",
    RunPlace.PROVIDERS: "Inference Providers",
}


@dataclass(frozen=True, slots=True)
class RunTarget:
    """A place that pictures are sent to, as a person names it.

    Attributes:
        place: its kind.
        address: of the system there; empty for one that is started on this computer.
        workers: how many copies of the model work at once; 0 for as many as suit the place.
        provider: key of the Inference Provider that runs them; empty for whichever comes first.
    """

    place: RunPlace = RunPlace.THIS_COMPUTER
    address: str = ""
    workers: int = 0
    provider: str = ""

    def __str__(self) -> str:
        """As `--on` takes it, and `run.json` keeps it."""
        if self.place is RunPlace.RAY:
            return self.address.strip() or self.place.value
        is_named = self.place is RunPlace.PROVIDERS and self.provider
        return f"{self.place.value}:{self.provider}" if is_named else self.place.value

    @property
    def name(self) -> str:
        """What a person calls the kind of place."""
        return PLACE_NAMES[self.place]

    @property
    def is_here(self) -> bool:
        """Pictures are run by ailab itself, on this computer."""
        return self.place is RunPlace.THIS_COMPUTER


HERE = RunTarget()
