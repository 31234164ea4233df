"""The choice of a model that reads the lines which the model in the field finds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.results.run_record import RunRecord
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_asking import ModelAsking
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.named_source import named_source
from ailab.viewmodels.reader_state import ReaderState
from ailab.viewmodels.reader_status import reader_status
from ailab.viewmodels.unasked_status import unasked_status
from ailab.viewmodels.usual_reader import usual_reader
from ailab.viewmodels.view_model import ViewModel


class ReaderViewModel(ViewModel[ReaderState]):
    """Keeps what reads while detectors change; looks up whether it can.

    Args:
        choice_of: makes the choice of a source and a text.
        asking: asks the person for a model of the Hub; lent.
        judge: knows this machine; lent.
        debounce: seconds of rest after a keystroke before the reader is looked up.
    """

    def __init__(
        self,
        choice_of: Callable[[ModelSource, str], ModelChoice],
        asking: ModelAsking,
        judge: ModelJudge,
        debounce: float,
    ) -> None:
        super().__init__(ReaderState())
        self._asking = asking
        self._choice_of = choice_of
        self._judge = judge
        self._debounce = debounce
        self._finder = choice_of(ModelSource.HUGGING_FACE, "")
        self._reader = self._finder
        self._unasked = ""
        self._checking = Latest("reader check")
        self._offering = Latest("usual reader")

    @property
    def chosen(self) -> ModelChoice | None:
        """What is to read; None where nothing is, or the model in the field finds no lines."""
        return self._reader if self.state.is_chosen else None

    def follow(self, finder: ModelChoice, *, is_wanted: bool) -> None:
        """Go along with the model in the field, once it is known what it does.

        Args:
            finder: that model.
            is_wanted: it finds lines of text.
        """
        before, state = self._finder, self.state
        self._finder = finder
        is_same = (finder.source, finder.text) == (before.source, before.text)
        if is_same and state.is_wanted is is_wanted:
            self._look(0, is_told=state.status.fitness is Fitness.NONE)
            return
        self._become(replace(state, is_wanted=is_wanted, offered=""))
        self._look(0)
        usual = usual_reader(finder.source, finder.text) if is_wanted else ""
        self._offering.cancel()
        if usual:
            self._offering.start(self._run_offer(usual))

    def set_text(self, text: str) -> None:
        """Name the reader as it is typed; empty for none."""
        if text != self.state.text:
            self._take(text, named_source(text), self._debounce)

    def use(self, text: str, source: ModelSource | None = None) -> None:
        """Take a reader that was chosen; `source` where it is known."""
        self._take(text, source or named_source(text), 0)

    def take_offer(self) -> None:
        """Take the one that goes with the model in the field."""
        if self.state.can_take_offer:
            self._take(self.state.offered, self._finder.source, 0)

    def browse(self) -> None:
        """Ask the person for a model of the Hub."""
        self._asking.ask(self.use)

    def again(self) -> None:
        """See whether the same reader can read now."""
        self._unasked = ""
        self._look(0)

    def repeat(self, record: RunRecord, unasked: str = "") -> None:
        """Take what read in an earlier run, or nothing where nothing did.

        Args:
            record: of the run.
            unasked: the computer, in words, that is not to be asked before the person wants that.
        """
        text = record.reader or ""
        self._take(text, named_source(text), 0, unasked)

    async def wait(self) -> None:
        """Wait until nothing is under way but the asking of the person."""
        await self._checking.wait()
        await self._offering.wait()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        await self._checking.close()
        await self._offering.close()

    def _take(self, text: str, source: ModelSource, delay: float, unasked: str = "") -> None:
        self._unasked = unasked
        self._reader = self._choice_of(source, text)
        self._become(replace(self.state, text=text))
        self._look(delay)

    def _look(self, delay: float, *, is_told: bool = True) -> None:
        """Look the reader up, where one is chosen; `is_told` where that is to be seen."""
        self._checking.cancel()
        if not self.state.is_chosen:
            self._become(replace(self.state, status=ModelStatus()))
            return
        if self._unasked:
            self._become(replace(self.state, status=unasked_status(self._unasked, "Enter here")))
            return
        if is_told:
            status = ModelStatus(Fitness.CHECKING, "Looking the reader up …")
            self._become(replace(self.state, status=status))
        self._checking.start(self._run_check(self._reader, delay))

    async def _run_check(self, choice: ModelChoice, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        status = await reader_status(choice, self._finder, self._judge)
        self._become(replace(self.state, status=status))

    async def _run_offer(self, text: str) -> None:
        choice = self._choice_of(self._finder.source, text)
        status = await reader_status(choice, self._finder, self._judge)
        if status.fitness is Fitness.RUNS:
            self._become(replace(self.state, offered=text))
