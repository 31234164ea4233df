"""What the driver is asked: a model, how to run it, where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.pieces_from import MOST_PIECES_FROM, PIECES_FROM
from ailab.services.inference.run_before import Paces
from ailab.services.inference.run_place import MOST_WORKERS

_MOST = 1000


@dataclass(frozen=True, slots=True)
class RayJob:
    """What is the same for all pictures of a run; every field goes to the actors as it is.

    Attributes:
        model: as `model_to_json` writes it.
        threshold: confidence at which annotated copies are drawn, 0 to 1.
        save_to: folder for the results' files; None to save none.
        address: of a cluster; empty to start Ray on this computer.
        workers: how many actors; 0 for one for each machine.
        time_limit: seconds that each picture has; None to follow the run's pace.
        pieces_from: pixels from which a piece of a region is counted in the results' files.
        paces: what is known of the run's pace before its first picture.
    """

    model: dict[str, Any]
    threshold: float
    save_to: str | None
    address: str
    workers: int
    time_limit: float | None = None
    pieces_from: int = PIECES_FROM
    paces: Paces = ()

    def to_json(self) -> dict[str, Any]:
        """The body of the driver's first request."""
        return {
            "do": "open",
            "model": self.model,
            "threshold": self.threshold,
            "save_to": self.save_to,
            "address": self.address,
            "workers": self.workers,
            "time_limit": self.time_limit,
            "pieces_from": self.pieces_from,
            "paces": [list(each) for each in self.paces],
        }

    @classmethod
    def inside(cls, job: RayJob) -> RayJob:
        """The same job for a process that is on the cluster already."""
        return replace(job, address="auto")

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> RayJob:
        """The job that `to_json` was made of.

        Raises:
            BadFieldError: something is missing or not what it should be.
        """
        fields = Fields(body)
        fields.inner("model")
        return cls(
            body["model"],
            fields.share("threshold"),
            fields.text_or_none("save_to"),
            fields.text("address"),
            fields.integer("workers", 0, MOST_WORKERS),
            fields.number_or_none("time_limit"),
            fields.integer("pieces_from", 0, MOST_PIECES_FROM),
            tuple((seconds, int(pixels)) for seconds, pixels in fields.rows("paces", 2, _MOST)),
        )
