"""A closer look at the selected model: details, revisions, weights."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.catalog.model_catalog import ModelCatalog
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard
from ailab.viewmodels.model_gate import ModelGate
from ailab.viewmodels.model_memory import ModelMemory
from ailab.viewmodels.model_shelf import ModelShelf
from ailab.viewmodels.model_verdicts import ModelVerdicts


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
        self._gate = ModelGate(board, hub)
        self._seen: dict[tuple[str, str | None], ModelDetails] = {}

    def select(self, model: ModelInfo | None, revision: str | None = None) -> None:
        """Select a row, or none, and read its details."""
        state = self._board.state
        if model == state.selection and (model is None or revision == state.revision):
            return
        self._refs.cancel()
        self._gate.rest()
        self._board.show(
            replace(
                state,
                selection=model,
                details=None,
                verdict=None,
                is_loading_details=False,
                details_problem=None,
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
        if variant not in state.variants or variant == state.variants[0]:
            variant = None
        if state.details is not None and variant != state.variant:
            verdict = self._judge.judge(state.details, variant=variant)
            self._board.show(replace(state, variant=variant, verdict=verdict))

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

    def forget(self) -> None:
        """Ask anew for everything that was seen."""
        self._seen.clear()
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
        self._gate.rest()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._details.wait()
        await self._refs.wait()
        await self._gate.wait()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        await self._details.close()
        await self._refs.close()
        await self._gate.close()

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
        verdict = self._judge.judge(details)
        state = replace(
            self._board.state,
            is_loading_details=False,
            details=details,
            verdict=verdict,
            variants=self._judge.variants(details),
            details_problem=None,
        )
        if state.selection is not None and state.revision is None:
            state = self._verdicts.tell(state, state.selection.key, details)
        self._board.show(state)
        self._shelf.see(details.info)
        self._gate.look(details)

    async def _run_refs(self, model_id: str) -> None:
        try:
            refs = await self._hub.list_refs(model_id)
        except LabError as error:
            self._board.show(replace(self._board.state, notice=Problem.of(error)))
            return
        self._board.show(replace(self._board.state, refs=refs))
