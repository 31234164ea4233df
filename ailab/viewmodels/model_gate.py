"""Whether a gated model's files are given to whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.hub.hub_errors import GatedModelError
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard


class ModelGate:
    """Asks the Hub before anything is downloaded, so that each refusal says its next step.

    Args:
        board: the browser's state.
        hub: knows who is signed in.
        judge: is told the answers, of which the verdicts of gated models depend.
        on_answer: called with each answer, so that the verdict is shown anew.
    """

    def __init__(
        self,
        board: ModelBrowserBoard,
        hub: ModelHub,
        judge: ModelJudge,
        on_answer: Callable[[ModelDetails], None],
    ) -> None:
        self._board = board
        self._hub = hub
        self._judge = judge
        self._on_answer = on_answer
        self._asking = Latest("access")
        self._open: set[str] = set()

    def look(self, details: ModelDetails) -> None:
        """Ask for the selected model, where it is gated and the Hub can be asked."""
        self.rest()
        model_id, is_offline = details.info.id, self._board.state.is_offline
        is_let_in = model_id in self._open
        self._board.show(replace(self._board.state, is_let_in=is_let_in, gate_problem=None))
        if details.info.gated and not is_let_in and not is_offline:
            self._asking.start(self._ask(details))

    def forget(self) -> None:
        """Ask anew for the models that were open: it may be somebody else who asks."""
        self._open.clear()
        self._judge.forget_access()

    def rest(self) -> None:
        """Ask no further."""
        self._asking.cancel()

    async def wait(self) -> None:
        """Wait for the answer."""
        await self._asking.wait()

    async def close(self) -> None:
        """Ask no further, and wait for the end of it."""
        await self._asking.close()

    async def _ask(self, details: ModelDetails) -> None:
        problem: Problem | None = None
        model_id = details.info.id
        try:
            await self._hub.check_access(model_id)
        except GatedModelError as error:
            problem = Problem.of(error)
        except LabError as error:
            if not error.is_offline:  # it was not said whether the person is let in
                self._board.show(replace(self._board.state, gate_problem=Problem.of(error)))
            return
        else:
            self._open.add(model_id)
        self._judge.tell_access(model_id, is_let_in=problem is None)
        self._board.show(
            replace(self._board.state, is_let_in=problem is None, gate_problem=problem)
        )
        self._on_answer(details)
