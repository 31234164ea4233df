"""A run that is asked for before it is known which pictures it is of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.latest import Latest

_NOTHING = "Nothing was run."
CHOSE_OTHERS = "Nothing was run: something else was chosen meanwhile."
IS_SAVED = "Nothing was run: this is a saved run. Run repeats it."


class PendingRun:
    """Begins the run once the pictures are found; it is never one of other pictures.

    Args:
        board: the Inference tab's state.
        until_read: returns once the input is read.
        begin: runs what is chosen then.
    """

    def __init__(
        self,
        board: InferenceBoard,
        until_read: Callable[[], Awaitable[None]],
        begin: Callable[[], None],
    ) -> None:
        self._board = board
        self._until_read = until_read
        self._begin = begin
        self._waiting = Latest("pending run")

    def ask(self) -> None:
        """Run what is being read, once that is done."""
        state = replace(self._board.state, awaits_input=True, problem=None, notice="")
        self._board.show(state)
        self._waiting.start(self._run())

    def drop(self, why: str) -> None:
        """Run nothing, and say why; without effect where nothing waits."""
        if self._board.state.awaits_input:
            self._waiting.cancel()
            self._conclude(why)

    async def wait(self) -> None:
        """Wait until the run has begun, or was dropped."""
        await self._waiting.wait()

    async def close(self) -> None:
        """Run nothing, and wait for the end of it."""
        await self._waiting.close()

    async def _run(self) -> None:
        await self._until_read()
        state = replace(self._board.state, awaits_input=False)
        self._board.show(state)
        # Else another input may still stand there, which is not the one that is meant.
        has_failed = state.input_problem is not None or state.problem is not None
        if state.can_run and not has_failed:
            self._begin()
        else:
            self._conclude(_NOTHING)

    def _conclude(self, why: str) -> None:
        state = self._board.state
        notice = f"{why} {state.notice}".rstrip()
        self._board.show(replace(state, awaits_input=False, notice=notice))
