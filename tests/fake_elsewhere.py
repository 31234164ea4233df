"""A place beside this computer, for a test."""

from __future__ import annotations

from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import RunTarget
from ailab.services.problem import Problem
from fakes import FakeInference


class FakeElsewhere:
    """A place with a runner of its own."""

    def __init__(self, problem: Problem | None = None) -> None:
        self.inference = FakeInference()
        self.inference.has_to_start = True
        self.targets: list[RunTarget] = []
        self.problem = problem

    def lack(self) -> Problem | None:
        return self.problem

    def command(self) -> str:
        return 'python -m pip install "ailab[ray]"'

    def runner(self, target: RunTarget) -> PictureRunner:
        self.targets.append(target)
        return self.inference

    async def close(self) -> None:
        pass
