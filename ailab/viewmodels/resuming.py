"""Whether a run goes on with one that broke off, or begins anew."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from ailab.services.results.result_error import ResultError
from ailab.services.results.unfinished_run import UnfinishedRun
from ailab.viewmodels.view_model import ViewModel


class ResumeRule(Enum):
    """What is done where a run of the same broke off in the folder that is saved to."""

    NEVER = "begin anew"
    ASK = "ask"
    INSIST = "go on with it, whatever stands against it is told"


@dataclass(frozen=True, slots=True)
class ResumingState:
    """What is asked of the person.

    Attributes:
        offer: a run that broke off and waits to be gone on with; None while nothing is asked.
        note: that there is none, where one was to be gone on with; empty for nothing to say.
    """

    offer: UnfinishedRun | None = None
    note: str = ""


class ResumingViewModel(ViewModel[ResumingState]):
    """Asks the person, in the window; knows what was said on the command line."""

    def __init__(self) -> None:
        super().__init__(ResumingState())
        self._rule = ResumeRule.NEVER
        self._answer: asyncio.Future[bool] | None = None
        self._left: set[Path] = set()

    @property
    def rule(self) -> ResumeRule:
        """What is done where a run broke off."""
        return self._rule

    def follow(self, rule: ResumeRule) -> None:
        """Do so from now on."""
        self._rule = rule

    def go_on(self) -> None:
        """Go on with what is offered."""
        self._give(True)

    def begin_anew(self) -> None:
        """Leave what is offered as it is, and run all; it is not asked about again."""
        if self.state.offer is not None:
            self._left.add(self.state.offer.folder)
        self._give(False)

    async def decide(self, found: UnfinishedRun | None, save_to: str) -> bool:
        """True where a run that is about to begin goes on with one that broke off.

        Args:
            found: the one most like it; None where there is none.
            save_to: the folder that was looked through.

        Raises:
            ResultError: it is insisted on, and something else is run now; says what.
        """
        if self._rule is ResumeRule.INSIST:
            if found is None:
                note = f"No run in {save_to} broke off: a new one begins."
                self._become(replace(self.state, note=note))
                return False
            if (why_not := found.why_not) is not None:
                raise ResultError(why_not.message, why_not.advice)
            return True
        if found is None or not found.is_the_same or found.folder in self._left:
            return False
        return await self._ask(found)

    def withdraw(self) -> None:
        """Ask no more: it was answered, or the run that waits was cancelled."""
        self._answer = None
        self._become(replace(self.state, offer=None))

    async def _ask(self, found: UnfinishedRun) -> bool:
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._answer = answer
        self._become(replace(self.state, offer=found))
        return await answer

    def _give(self, answer: bool) -> None:
        if self._answer is not None:
            self._answer.set_result(answer)
            self.withdraw()
