"""A run that broke off, and what is there of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem
from ailab.services.results.run_difference import SHOWN, Difference
from ailab.services.results.run_record import RunRecord


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """A run that broke off, before anybody has looked whether its results are as they were.

    Attributes:
        folder: its own.
        record: what it was.
        done: of how many pictures its journal says that they are done.
        differences: in what it differs from the run that would go on with it.
    """

    folder: Path
    record: RunRecord
    done: int
    differences: Mapping[Difference, str] = field(default_factory=dict)

    @property
    def is_the_same(self) -> bool:
        """True where what is run is the same, but for what is only shown and counted at."""
        return set(self.differences) <= SHOWN

    @property
    def why_not(self) -> Problem | None:
        """Why it cannot be gone on with exactly; None where it can."""
        if not self.differences:
            return None
        if Difference.IS_RUN in self.differences:
            return Problem(
                f"The run {self.folder.name} is being run by another ailab at this moment.",
                "Let it come to its end, or end it there first.",
            )
        return Problem(
            f"The run {self.folder.name} cannot be gone on with: "
            f"{'; '.join(self.differences.values())}.",
            "Choose the same as then, or begin a new run, without --resume on the command line. "
            "The run that broke off stays as it is.",
        )


class Journal(Protocol):
    """Says of a run that goes on which pictures are done."""

    async def note(self, result: PictureResult) -> None:
        """Take note of a result that is saved whole; of any other, do nothing.

        Raises:
            ResultError: the folder is gone, full or read-only; it may be told of a later result.
        """
        ...

    async def close(self, *, is_over: bool) -> None:
        """Let others have it; a run that is over has none any more."""
        ...


@dataclass(frozen=True, slots=True)
class ResumedRun:
    """A run that broke off, in the hands of whoever goes on with it.

    Attributes:
        journal: goes on, too.
        kept: the results that are there whole, by picture.
        set_aside: how many results were there that are not as they were, or of pictures that have
            changed; their files lie in a folder of their own.
    """

    journal: Journal
    kept: Mapping[str, PictureResult]
    set_aside: int = 0
