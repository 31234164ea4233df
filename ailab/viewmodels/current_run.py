"""The one run that is under way: begun, told of, cancelled, concluded."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.inference.inference import Inference
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.runs import Runs
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.inference_run import InferenceRun
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.resuming import ResumingViewModel
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.run_request import RunRequest


class CurrentRun:
    """Carries out one run at a time, and tells how far it is.

    Args:
        board: the Inference tab's state.
        downloads: brings a model's files; lent.
        inference: runs models; lent.
        runs: keeps the records of runs; lent.
        results: is told of what comes of it.
        judge: is told what the model took; lent.
        on_end: is called after each run that was not cancelled: its model may be here now, or
            let nobody in any more.

    Attributes:
        resuming: says whether a run that broke off is gone on with.
    """

    def __init__(
        self,
        board: InferenceBoard,
        *,
        downloads: ModelDownloads,
        inference: Inference,
        runs: Runs,
        results: ResultsViewModel,
        judge: ModelJudge,
        on_end: Callable[[], None],
    ) -> None:
        self._board = board
        self._downloads = downloads
        self._inference = inference
        self._runs = runs
        self._results = results
        self.resuming = ResumingViewModel()
        self._judge = judge
        self._on_end = on_end
        self._run: InferenceRun | None = None
        self._running = Latest("run")
        self._concluding = Latest("run record")

    def start(self, request: RunRequest) -> None:
        """Begin a run."""
        self._run = InferenceRun(
            request,
            downloads=self._downloads,
            inference=self._inference,
            runs=self._runs,
            results=self._results,
            resuming=self.resuming,
            judge=self._judge,
            on_progress=self._tell_progress,
        )
        progress = RunProgress(RunStage.CHECKING, request.choice.text)
        self._board.show(replace(self._board.state, progress=progress, problem=None, notice=""))
        self._running.start(self._run_run(self._run))

    def fetch(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin to bring a model's files, in place of a run."""
        self._run = None
        self._running.start(work)

    def cancel(self) -> None:
        """Stop the run; what is done stays."""
        if not self._board.state.is_running:
            return
        self._running.cancel()
        self.resuming.withdraw()
        self._board.show(self._board.state.cancelled(self._results.state))
        if self._run is not None:
            self._run.give_back()
            self._concluding.start(self._run_conclude(self._run))

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._running.wait()
        await self._concluding.wait()

    async def close(self) -> None:
        """Stop the run, and wait for its end and its record."""
        self.cancel()
        await self._running.close()
        await self._concluding.wait()

    def _tell_progress(self, progress: RunProgress) -> None:
        if self._board.state.is_running:  # else it comes late, of a run that was cancelled
            self._board.show(replace(self._board.state, progress=progress))

    async def _run_run(self, run: InferenceRun) -> None:
        await self._concluding.wait()
        try:
            notice = await run.carry_out()
        except LabError as error:
            problem = Problem.of(error)
            self._board.show(replace(self._board.state, progress=None, problem=problem))
            self._on_end()
            await self._run_conclude(run)
            return
        self._board.show(replace(self._board.state, progress=None, notice=notice))
        self._on_end()

    async def _run_conclude(self, run: InferenceRun) -> None:
        try:
            await run.conclude()
        except ResultError as error:
            self._board.show(replace(self._board.state, problem=Problem.of(error)))
