"""A closer look at the selected model: details, revisions, weights."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.catalog.model_catalog import ModelCatalog
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_gate import ModelGate
from ailab.viewmodels.model_memory import ModelMemory
from ailab.viewmodels.model_presence import ModelPresence
from ailab.viewmodels.model_shelf import ModelShelf
from ailab.viewmodels.model_verdicts import ModelVerdicts

_WITHOUT_CHOICE = frozenset({Fit.NEEDS_SHEET, Fit.WONT_RUN})
"""What is told of a model, among others, of which one of several files has to be chosen."""


class ModelLook:
    """Reads what is known of one model into the browser's state.

    Args:
        board: the browser's state.
        hub: where models are looked up.
        catalog: where they are looked up without the Hub.
        judge: says whether they run here.
        verdicts: told what the details say.
        memory: keeps the details.
        shelf: notes what was looked at.
        presence: knows what is on this disk.
        delay: seconds that a row stays selected before its details are asked for.
    """

    def __init__(
        self,
        board: ModelBrowserBoard,
        *,
        hub: ModelHub,
        catalog: ModelCatalog,
        judge: ModelJudge,
        verdicts: ModelVerdicts,
        memory: ModelMemory,
        shelf: ModelShelf,
        presence: ModelPresence,
        delay: float,
    ) -> None:
        self._board = board
        self._hub = hub
        self._catalog = catalog
        self._judge = judge
        self._verdicts = verdicts
        self._memory = memory
        self._shelf = shelf
        self._delay = delay
        self._details = Latest("model details")
        self._refs = Latest("model revisions")
        self._around = Latest("machine")
        self._graphs = Latest("graphs of a model")
        self._presence = presence
        self._gate = ModelGate(board, hub, judge, self._judge_anew)
        self._works = self._around, self._details, self._refs, self._graphs, self._gate, presence
        self._seen: dict[tuple[str, str | None], ModelDetails] = {}

    def select(self, model: ModelInfo | None, revision: str | None = None) -> None:
        """Select a row, or none, and read its details."""
        state = self._board.state
        if model == state.selection and (model is None or revision == state.revision):
            return
        self._refs.cancel()
        self._graphs.cancel()
        self._gate.rest()
        self._presence.rest()
        self._board.show(
            replace(
                state,
                selection=model,
                details=None,
                verdict=None,
                is_loading_details=False,
                details_problem=None,
                are_details_kept=False,
                is_here=False,
                is_let_in=False,
                gate_problem=None,
                refs=None,
                revision=revision,
                variants=(),
                variant=None,
            )
        )
        self._look(self._delay)

    def keep_selection(self) -> None:
        """Keep the selected row where it is among the new results, else select none."""
        old = self._board.state.selection
        if old is None:
            return
        rows = self._board.state.results
        same = next((model for model in rows if model.key == old.key), None)
        if same is None:
            self.select(None)
        else:
            self._board.show(replace(self._board.state, selection=same))

    def set_revision(self, revision: str | None) -> None:
        """Look at a branch, a tag or a commit; None or `main` for the default branch."""
        revision = None if revision == "main" else revision
        if self._board.state.selection is not None and revision != self._board.state.revision:
            self._board.show(replace(self._board.state, revision=revision, variant=None))
            self._look(0)

    def set_variant(self, variant: str | None) -> None:
        """Choose weights; None for those that run best."""
        state = self._board.state
        if variant not in state.variants or variant == self._usual_variant():
            variant = None
        if state.details is not None and variant != state.variant:
            verdict = self._judge.judge(state.details, variant=variant)
            self._board.show(replace(state, variant=variant, verdict=verdict, is_here=False))
            self.look_on_disk()

    def _usual_variant(self) -> str | None:
        """The weights that are taken where none are chosen; None where one has to be chosen."""
        state = self._board.state
        usual = None if state.details is None else self._judge.judge(state.details)
        is_open = usual is not None and usual.fit in _WITHOUT_CHOICE and not usual.variant
        return None if is_open or not state.variants else state.variants[0]

    def load_refs(self) -> None:
        """Ask for the selected model's branches and tags, once."""
        state = self._board.state
        if state.selection is not None and state.refs is None and not state.is_offline:
            self._refs.start(self._run_refs(state.selection.id))

    def read_again(self) -> None:
        """Ask for the selected model's details again."""
        model = self._board.state.selection
        if model is not None:
            self._seen.pop((model.id, self._board.state.revision), None)
            self._look(0)

    def read_kept_again(self) -> None:
        """Ask for the selected model's details again where they are not the Hub's own."""
        if self._board.state.are_details_kept or self._board.state.details_problem is not None:
            self.read_again()

    def look_around(self) -> None:
        """Read anew what this machine is and has."""
        self._around.start(self._run_around())

    def look_on_disk(self) -> None:
        """See whether all that a run of the selected model needs is on this disk."""
        self._presence.look(self._judge_anew)

    def forget(self) -> None:
        """Ask anew for everything that was seen."""
        self._seen.clear()
        self._verdicts.forget()
        self._gate.forget()

    async def find(self, model_id: str, revision: str | None = None) -> ModelDetails:
        """A model's details, from the catalogue where the Hub can't be asked.

        Raises:
            LabError: there is no such model, or it is not told.
        """
        if seen := self._seen.get((model_id, revision)):
            return seen
        if self._board.state.is_offline:
            return await self._catalog.get_model_info(model_id, revision)
        try:
            details = await self._hub.get_model_info(model_id, revision)
        except LabError as error:
            if not error.is_offline:
                raise
            try:
                return await self._catalog.get_model_info(model_id, revision)
            except LabError:
                raise error from None
        self._seen[model_id, revision] = details
        self._memory.keep_details(details)
        return details

    def cancel(self) -> None:
        """Stop what is under way."""
        self._details.cancel()
        self._refs.cancel()
        self._graphs.cancel()
        self._gate.rest()
        self._presence.rest()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        for work in self._works:
            await work.wait()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        for work in self._works:
            await work.close()

    def _look(self, delay: float) -> None:
        """Show the details of the selection: at once where they were seen before."""
        self._details.cancel()
        model, revision = self._board.state.selection, self._board.state.revision
        if model is None:
            return
        if seen := self._seen.get((model.id, revision)):
            self._show(seen)
            return
        self._board.show(replace(self._board.state, is_loading_details=True, details_problem=None))
        self._details.start(self._run_details(model, revision, delay))

    async def _run_details(self, model: ModelInfo, revision: str | None, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            details = await self.find(model.id, revision)
        except LabError as error:
            self._board.show(
                replace(
                    self._board.state,
                    is_loading_details=False,
                    details_problem=Problem.of(error),
                )
            )
            return
        self._show(details)

    def _show(self, details: ModelDetails) -> None:
        state, before = self._board.state, self._board.state.details
        is_same = before is not None and before.files == details.files
        is_here = state.is_here and is_same  # until it is looked at again
        verdict = self._judge.judge(details, variant=state.variant, is_here=is_here)
        state = replace(
            state,
            is_loading_details=False,
            details=details,
            verdict=verdict,
            variants=self._judge.variants(details),
            details_problem=None,
            are_details_kept=not any(each is details for each in self._seen.values()),
            is_here=is_here,
        )
        if state.selection is not None and state.revision is None:
            state = self._verdicts.tell(state, state.selection.key, details)
        self._board.show(state)
        self._shelf.see(details.info)
        self._gate.look(details)
        self.look_on_disk()
        self._graphs.start(self._run_graphs(details))

    def _judge_anew(self, details: ModelDetails) -> None:
        """Show the verdict that holds by now."""
        state = self._board.state
        if state.details is not details:
            return
        verdict = self._judge.judge(details, variant=state.variant, is_here=state.is_here)
        state = replace(state, verdict=verdict)
        if state.selection is not None and state.revision is None:
            state = self._verdicts.tell(state, state.selection.key, details)
        self._board.show(state)

    async def _run_graphs(self, details: ModelDetails) -> None:
        if await self._judge.look_into(details):
            self._judge_anew(details)
            self.look_on_disk()

    async def _run_around(self) -> None:
        await self._presence.look_around()
        await self._verdicts.look_around()
        self.look_on_disk()

    async def _run_refs(self, model_id: str) -> None:
        try:
            refs = await self._hub.list_refs(model_id)
        except LabError as error:
            self._board.show(replace(self._board.state, notice=Problem.of(error)))
            return
        self._board.show(replace(self._board.state, refs=refs))
