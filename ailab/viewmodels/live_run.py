"""The one picture, run anew with each point and box that is shown in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.images.picture_reference import page_alone
from ailab.services.inference.inference import Inference
from ailab.services.inference.picture_result import PictureResult
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.bring_model import bring_model
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_shapes import Shape, prompt_of
from ailab.viewmodels.prompt_state import PromptState
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.run_progress import RunProgress
from ailab.viewmodels.run_request import RunRequest


class LiveRun:
    """Shows what a model finds at the shapes, as they are drawn; saves nothing.

    A forward pass under way is not cut off by the next shape: its longest part, the network's
    look at the picture, would begin anew each time, while it needs to be done once only. What
    it finds is dropped where something else is asked by then, and the picture is run again.

    Args:
        board: the Inference tab's state.
        request: gives what would be run now.
        downloads: knows where the model's files are.
        inference: runs the model.
        prompt: what is asked, and whether it is being answered.
        results: is told of the result.
        debounce: seconds of rest after a shape before the picture is run.
    """

    def __init__(
        self,
        board: InferenceBoard,
        request: Callable[[], RunRequest],
        *,
        downloads: ModelDownloads,
        inference: Inference,
        prompt: PromptViewModel,
        results: ResultsViewModel,
        debounce: float,
    ) -> None:
        self._board = board
        self._request = request
        self._downloads = downloads
        self._inference = inference
        self._prompt = prompt
        self._results = results
        self._debounce = debounce
        self._work = Latest("live run")
        prompt.changed.connect(self._on_prompt)

    def cancel(self) -> None:
        """Drop what is being found."""
        self._work.cancel()
        self._prompt.tell_running(is_running=False)

    async def wait(self) -> None:
        """Wait until nothing is being run."""
        await self._work.wait()

    async def close(self) -> None:
        """Drop what is being found, and wait for the end of it."""
        self.cancel()
        await self._work.close()

    def _on_prompt(self, old: PromptState, new: PromptState) -> None:
        if not new.runs_as_shown:
            self.cancel()
            return
        is_switched_on = not old.runs_as_shown and bool(new.shown)
        if (is_switched_on or new.shapes != old.shapes) and self._can_run(new):
            self._board.show(replace(self._board.state, problem=None, notice=""))
            if not new.is_running:  # else what is under way sees that something else is asked
                self._work.start(self._run(self._request()))

    def _can_run(self, prompt: PromptState) -> bool:
        """There is one picture, and a model whose files are here: nothing is downloaded unasked."""
        state = self._board.state
        return (
            prompt.can_draw
            and tuple(map(page_alone, state.pictures)) == (prompt.picture,)
            and state.status.is_here
            and not state.is_running
        )

    async def _run(self, request: RunRequest) -> None:
        await asyncio.sleep(self._debounce)
        self._prompt.tell_running(is_running=True)
        try:
            await self._answer(request)
        except LabError as error:
            self._board.show(replace(self._board.state, problem=Problem.of(error)))
        self._prompt.tell_running(is_running=False)

    async def _answer(self, request: RunRequest) -> None:
        model = await bring_model(request.choice, self._downloads, self._inference, _tell_nobody)
        picture = request.pictures[0]
        answered: tuple[Shape, ...] | None = None
        result: PictureResult | None = None
        while answered != (asked := self._prompt.state.taken):
            answered, result = asked, None
            if asked:  # without any the whole picture would be gone through, which takes its time
                result = await self._inference.predict(
                    model,
                    picture,
                    threshold=self._results.state.threshold,
                    save_to=None,
                    prompt=prompt_of(asked),
                )
        threshold = model.default_threshold if request.threshold is None else request.threshold
        is_of_hub = request.choice.source is ModelSource.HUGGING_FACE
        weights = model.variant if is_of_hub else ""
        self._results.start_run(model.name, request.pictures, threshold, weights)
        if result is not None:
            self._results.add_result(result)


def _tell_nobody(_: RunProgress) -> None:
    """The files are here: there is nothing to wait for that is worth a word."""
