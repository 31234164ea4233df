"""Whether the model that the fields name runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from ailab.services.conversion.local_reference import parse_local
from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.hub_errors import InvalidModelIdError
from ailab.services.hub.model_id import parse_model_id
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.reader import ReaderViewModel
from ailab.viewmodels.reader_state import ReaderState
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.run_place import RunPlaceViewModel
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.unasked_status import unasked_status


class ModelCheck:
    """Looks up what stands in the field for the model, and keeps it for the run.

    Args:
        board: the Inference tab's state.
        choice_of: makes the choice of a source and a text.
        prompt: is told which model is asked, and what it asks for beside pictures.
        reader: is told whether the model finds lines of text; lines are not run by what it refuses.
        results: is told what comes of the model.
        place: says whether the model runs where pictures are run.

    Attributes:
        choice: the model.
    """

    def __init__(
        self,
        board: InferenceBoard,
        choice_of: Callable[[ModelSource, str], ModelChoice],
        prompt: PromptViewModel,
        reader: ReaderViewModel,
        *,
        results: ResultsViewModel,
        place: RunPlaceViewModel,
    ) -> None:
        self._board = board
        self._choice_of = choice_of
        self._prompt = prompt
        self._results = results
        self._place = place
        self._reader = reader
        self._checking = Latest("model check")
        self.choice = choice_of(ModelSource.HUGGING_FACE, "")
        reader.changed.connect(self._on_reader)

    def choose(self, delay: float, *, unasked: str = "") -> None:
        """Take the field's text as the model, and see after some seconds whether it runs.

        Args:
            delay: the seconds.
            unasked: the server or computer, in words, that is not to be asked before the person
                wants that.
        """
        # What is told of the last run is of another model now.
        state = replace(self._board.state, problem=None)
        before = self.choice
        self.choice = self._choice_of(state.model_source, state.source_text)
        is_same = (self.choice.source, self.choice.text) == (before.source, before.text)
        self._prompt.set_model(_name_of(self.choice))
        if not self.choice.text:
            self._checking.cancel()
            self._board.show(replace(state, status=ModelStatus()))
            self._tell(ModelStatus())
            return
        if unasked:
            status = unasked_status(unasked)
            self._checking.cancel()
            self._board.show(replace(state, status=status))
            self._tell(status)
            return
        status = ModelStatus(Fitness.CHECKING, "Looking the model up …")
        self._board.show(replace(state, status=status))
        self._checking.start(self._run(self.choice, delay, "" if is_same else state.notice))

    def again(self) -> None:
        """See whether the same model, and what reads with it, runs now."""
        self._checking.start(self._run(self.choice))

    def fetch(self, downloads: ModelDownloads) -> Coroutine[Any, Any, None]:
        """Begin to bring the model's files, and go on so once this is awaited; then look again."""
        progress = RunProgress(RunStage.CHECKING, self.choice.text)
        state = replace(self._board.state, progress=progress, problem=None, notice="")
        self._board.show(state)
        return self._run_fetch(self.choice, downloads)

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        await self._checking.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._checking.wait()

    async def _run(self, choice: ModelChoice, delay: float = 0, last_run: str = "") -> None:
        if delay:
            await asyncio.sleep(delay)
        status = await self._place.status_of(choice)
        state = replace(self._board.state, status=status)
        if status.fitness is Fitness.REFUSED and state.notice == last_run:
            # Above a Run that this model cannot take it would be read as being of that.
            state = replace(state, notice="")
        self._board.show(state)
        self._tell(status)

    async def _run_fetch(self, choice: ModelChoice, downloads: ModelDownloads) -> None:
        problem: Problem | None = None
        try:
            details, verdict = await choice.look_up()
            name = details.info.id

            def tell(download: DownloadProgress) -> None:
                progress = RunProgress(RunStage.DOWNLOADING, name, download)
                if self._board.state.is_running:  # else it comes late
                    self._board.show(replace(self._board.state, progress=progress))

            await downloads.download(details, verdict.files, tell)
        except LabError as error:
            problem = Problem.of(error)
        self._board.show(replace(self._board.state, progress=None, problem=problem))
        self.again()

    def _on_reader(self, _old: ReaderState, new: ReaderState) -> None:
        if new.is_refused != self._board.state.refuses_reader:
            self._board.show(replace(self._board.state, refuses_reader=new.is_refused))

    def _tell(self, status: ModelStatus) -> None:
        self._prompt.set_kind(status.asks_for)
        self._reader.follow(self.choice, is_wanted=status.asks_for is PromptKind.READER)
        self._results.expect(status.task)
        self._place.show_providers(status.run_by)


def _name_of(choice: ModelChoice) -> str:
    """What tells a model from others, whichever its revision and weights, and however named."""
    if choice.source is not ModelSource.HUGGING_FACE:
        return parse_local(choice.text).path
    try:
        return parse_model_id(choice.reference.model, choice.endpoint)
    except InvalidModelIdError:
        return choice.text
