"""Saved runs: which one a person means, and how it is brought back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.runs import Runs, SavedRun
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.latest import Latest

_RUNNING = Problem(
    "A saved run cannot be opened while another is under way.",
    "Wait for the end of that, or cancel it.",
)


class SavedRunInput:
    """Opens the saved run that was chosen, dropped or pasted.

    Args:
        board: the Inference tab's state.
        runs: reads saved runs.
        show: is given the run that was read.
    """

    def __init__(self, board: InferenceBoard, runs: Runs, show: Callable[[SavedRun], None]) -> None:
        self._board = board
        self._runs = runs
        self._show = show
        self._opening = Latest("saved run")

    def open(self, folder: str) -> None:
        """Open the run of a folder, or the newest of a folder of runs; not during another run."""
        if not self._board.state.is_running:
            self._board.show(replace(self._board.state, is_opening=True))
            self._opening.start(self._run_open(folder))

    def take(self, paths: Sequence[str], otherwise: Callable[[Sequence[str], str], None]) -> None:
        """Open a run whose own folder, or `run.json`, was dropped by itself.

        Args:
            paths: what was dropped.
            otherwise: is given all else, such as a folder that holds runs beside pictures, and of
                it, apart, the one `.onnx` file as the model; an empty text where there is none.
        """
        self.cancel()
        named = [path for path in paths if path.lower().endswith(".onnx")]
        if len(paths) != 1 and not named:
            otherwise(paths, "")
            return
        state = replace(self._board.state, is_opening=True)
        if len(named) != len(paths):
            # The pictures chosen are not those that are meant any more, though these are not
            # known yet. A model alone leaves them as they are.
            state = replace(state, typed_input=None)
        self._board.show(state)
        self._opening.start(self._run_take(paths, named, otherwise))

    def cancel(self) -> None:
        """Open none."""
        self._opening.cancel()
        if self._board.state.is_opening:
            self._tell_end()

    async def wait(self) -> None:
        """Wait until the run is open."""
        await self._opening.wait()

    async def close(self) -> None:
        """Open none, and wait for the end of it."""
        await self._opening.close()

    async def _run_take(
        self,
        paths: Sequence[str],
        named: Sequence[str],
        otherwise: Callable[[Sequence[str], str], None],
    ) -> None:
        if len(paths) == 1 and await self._runs.holds(paths[0]):
            if self._board.state.is_running:
                self._tell_end(_RUNNING)
            else:
                await self._run_open(paths[0])
            return
        # A run's folder is named after its model, with that one's ending where it is a bare file.
        models = [path for path in named if not await self._runs.holds(path)]
        model = models[0] if len(models) == 1 else ""
        otherwise([path for path in paths if path != model], model)
        self._tell_end()

    async def _run_open(self, folder: str) -> None:
        try:
            saved = await self._runs.load(folder)
        except ResultError as error:
            self._tell_end(Problem.of(error))
            return
        self._show(saved)
        self._tell_end()

    def _tell_end(self, problem: Problem | None = None) -> None:
        state = replace(self._board.state, is_opening=False)
        self._board.show(state if problem is None else replace(state, problem=problem))
