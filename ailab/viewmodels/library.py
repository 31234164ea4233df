"""The Library tab: the models on this disk, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from ailab.services.hub.model_hub import ModelHub
from ailab.services.lab_error import LabError
from ailab.services.library.cached_repo import CachedRepo, RepoKind
from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.services.library.library import CheckProgress, Library
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.library_notices import (
    damage_problem,
    deleted_text,
    updates_text,
    verified_text,
)
from ailab.viewmodels.library_questions import ask_checksums, ask_update
from ailab.viewmodels.library_state import (
    LibrarySort,
    LibraryState,
    content_of,
    shown_models,
    total_size,
)
from ailab.viewmodels.view_model import ViewModel


class LibraryViewModel(ViewModel[LibraryState]):
    """Lists what is in the cache, verifies it, deletes it, and asks the Hub for updates.

    Args:
        library: the cache; lent.
        hub: asked for updates; lent.
    """

    def __init__(self, library: Library, hub: ModelHub) -> None:
        super().__init__(LibraryState())
        self._library = library
        self._hub = hub
        self._reading = Latest("library")
        self._planning = Latest("deletion plan")
        self._deleting = Latest("deletion")
        self._checking = Latest("verification")
        self._asking = Latest("updates")

    def open(self) -> None:
        """Read the cache: the tab is shown."""
        if not self.state.is_reading:
            self.refresh()

    def refresh(self) -> None:
        """Read the cache anew; the rows shown stay until it is read."""
        self._become(replace(self.state, is_reading=True, problem=None))
        self._reading.start(self._run_read())

    def set_filter(self, text: str) -> None:
        """Show the models whose id holds all of these words."""
        self._become(self._arranged(replace(self.state, filter=text)))

    def set_sort(self, sort: LibrarySort, *, is_descending: bool) -> None:
        """Order the list."""
        self._become(self._arranged(replace(self.state, sort=sort, is_descending=is_descending)))

    def select(self, model_id: str | None) -> None:
        """Select a model, or none; a deletion that waits for an answer is forgotten."""
        if model_id != self.state.selected_id:
            self._planning.cancel()
            self._become(replace(self.state, selected_id=model_id, plan=None))

    def plan_deletion(self, extent: Extent, commit: str | None = None) -> None:
        """Find out what deleting something of the selected model would free, to ask for it."""
        if self.state.selected_id is None or self.state.is_deleting:
            return
        self._become(replace(self.state, plan=None, action_problem=None, notice=""))
        self._planning.start(self._run_plan(self.state.selected_id, extent, commit))

    def keep(self) -> None:
        """Do not delete after all."""
        self._planning.cancel()
        self._become(replace(self.state, plan=None))

    def delete(self) -> None:
        """Carry out the deletion that was shown."""
        plan = self.state.plan
        if plan is None or self.state.is_deleting:
            return
        self._become(replace(self.state, is_deleting=True, action_problem=None, notice=""))
        self._deleting.start(self._run_delete(plan))

    def verify(self, model_ids: Sequence[str]) -> None:
        """Compare the files of these models with their checksums, one model after the other."""
        ids = tuple(model_ids)
        if ids:
            start = CheckProgress(ids[0], "", 0, 0)
            self._become(replace(self.state, checking=start, action_problem=None, notice=""))
            self._checking.start(self._run_verify(ids))

    def stop_verifying(self) -> None:
        """Stop; what was verified stays so."""
        self._checking.cancel()
        self._become(replace(self.state, checking=None))

    def ask_for_updates(self) -> None:
        """Ask the Hub which models have a newer commit of their main branch."""
        ids = tuple(repo.id for repo in self.state.models if repo.main_commit is not None)
        self._become(
            replace(
                self.state,
                is_asking_updates=True,
                asked_updates=0,
                updates=MappingProxyType({}),
                action_problem=None,
                notice="",
            )
        )
        self._hub.forget()  # an answer of some minutes ago would hide what is new
        self._asking.start(self._run_updates(ids))

    def stop_asking(self) -> None:
        """Ask the Hub no further."""
        self._asking.cancel()
        self._become(replace(self.state, is_asking_updates=False))

    def dismiss(self) -> None:
        """Put the last message away."""
        self._become(replace(self.state, action_problem=None, notice=""))

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        for work in self._works():
            await work.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        for work in self._works():
            await work.wait()

    def _works(self) -> tuple[Latest, ...]:
        return (self._reading, self._planning, self._deleting, self._checking, self._asking)

    async def _run_read(self) -> None:
        read: tuple[CachedRepo, ...] = ()
        is_first = not self.state.has_read
        try:
            self._become(replace(self.state, place=await self._library.place()))
            async for repos in self._library.read():
                read += repos
                if is_first:  # what is there already does not vanish meanwhile
                    self._show(read)
        except LabError as error:
            self._become(replace(self.state, is_reading=False, problem=Problem.of(error)))
            return
        before = content_of(self.state.models)
        self._show(read)
        # What was told of other content, such as of a model that is back, holds no longer.
        notice = self.state.notice if content_of(self.state.models) == before else ""
        self._become(replace(self.state, is_reading=False, has_read=True, notice=notice))

    async def _run_plan(self, model_id: str, extent: Extent, commit: str | None) -> None:
        try:
            plan = await self._library.plan_deletion(model_id, extent, commit)
        except LabError as error:
            self._become(replace(self.state, action_problem=Problem.of(error)))
            return
        self._become(replace(self.state, plan=plan))

    async def _run_delete(self, plan: DeletionPlan) -> None:
        problem, notice = None, ""
        try:
            freed = await self._library.delete(plan)
            notice = deleted_text(plan, freed)
        except LabError as error:
            problem = Problem.of(error)
        await self._look_again(plan.repo_id)
        if self.state.is_reading:  # it may have read what is gone now
            self.refresh()
        self._become(
            replace(self.state, is_deleting=False, plan=None, action_problem=problem, notice=notice)
        )

    async def _run_verify(self, ids: tuple[str, ...]) -> None:
        for model_id in ids:
            self._become(replace(self.state, checking=CheckProgress(model_id, "", 0, 0)))
            try:
                repo = self.state.model(model_id)
                checksums = {} if repo is None else await ask_checksums(self._hub, repo)
                repo = await self._library.verify(model_id, self._on_progress, checksums)
            except LabError as error:
                problem = Problem.of(error)
                self._become(replace(self.state, checking=None, action_problem=problem))
                return
            self._put(model_id, repo)
        verified = [repo for repo in self.state.models if repo.id in ids]
        problem_found = damage_problem(verified)
        notice = "" if problem_found else verified_text(verified)
        self._become(
            replace(self.state, checking=None, action_problem=problem_found, notice=notice)
        )

    def _on_progress(self, progress: CheckProgress) -> None:
        if self.state.is_checking:
            self._become(replace(self.state, checking=progress))

    async def _run_updates(self, ids: tuple[str, ...]) -> None:
        for number, model_id in enumerate(ids, 1):
            repo = self.state.model(model_id)
            if repo is None:  # deleted meanwhile
                continue
            try:
                update = await ask_update(self._hub, repo)
            except LabError as error:
                problem = Problem.of(error)
                self._become(replace(self.state, is_asking_updates=False, action_problem=problem))
                return
            updates = MappingProxyType({**self.state.updates, model_id: update})
            self._become(replace(self.state, updates=updates, asked_updates=number))
        notice = updates_text(self.state.updates)
        self._become(replace(self.state, is_asking_updates=False, notice=notice))

    async def _look_again(self, model_id: str) -> None:
        """Read one model and the room on the disk anew, after something was deleted."""
        try:
            self._put(model_id, await self._library.read_model(model_id))
            self._become(replace(self.state, place=await self._library.place()))
        except LabError as error:
            self._become(replace(self.state, problem=Problem.of(error)))

    def _put(self, model_id: str, repo: CachedRepo | None) -> None:
        """Put a model in its own place; None takes it out."""
        models = [repo if each.id == model_id else each for each in self.state.models]
        kept = tuple(each for each in models if each is not None)
        state = replace(self.state, models=kept, size=total_size(kept))
        self._become(self._arranged(state))

    def _show(self, repos: tuple[CachedRepo, ...]) -> None:
        models = tuple(repo for repo in repos if repo.kind is RepoKind.MODEL)
        others = tuple(repo for repo in repos if repo.kind is not RepoKind.MODEL)
        state = replace(
            self.state,
            models=models,
            size=total_size(models),
            other_count=len(others),
            other_size=total_size(others),
        )
        self._become(self._arranged(state))

    def _arranged(self, state: LibraryState) -> LibraryState:
        """The state with the list that its models, filter and order come to."""
        shown = shown_models(
            state.models, state.filter, state.sort, is_descending=state.is_descending
        )
        is_there = any(repo.id == state.selected_id for repo in state.models)
        selected = state.selected_id if is_there else None
        plan = state.plan if is_there else None
        return replace(state, shown=shown, selected_id=selected, plan=plan)
