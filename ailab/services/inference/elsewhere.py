"""A system other than ailab's own worker that runs pictures."""

from __future__ import annotations

from typing import Protocol

from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import RunTarget
from ailab.services.problem import Problem


class Elsewhere(Protocol):
    """Runs pictures at a kind of place.

    Nothing is started or sent before a runner is used.
    """

    def lack(self) -> Problem | None:
        """What is missing on this computer; None where nothing is. Costs no more than a look."""
        ...

    def command(self) -> str:
        """What to type to install what is missing; empty where nothing is, or can be."""
        ...

    def runner(self, target: RunTarget) -> PictureRunner:
        """What runs pictures at a target of this kind."""
        ...

    async def close(self) -> None:
        """End what was started, and wait for its end."""
        ...
