"""Filling the offline catalogue: what a person sees and can do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ailab.services.catalog.model_catalog import CatalogFacts, ModelCatalog, SyncProgress
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.view_model import ViewModel


@dataclass(frozen=True, slots=True)
class CatalogState:
    """What is known of the catalogue and of its synchronisation.

    Attributes:
        facts: what the catalogue holds.
        tasks: pipeline tags to synchronise; never empty of what a person chose.
        is_syncing: models are being fetched.
        is_clearing: the catalogue is being emptied.
        progress: how far the synchronisation is; the last one's after its end.
        is_cancelled: the last synchronisation was cancelled by the person.
        problem: why the last work failed.
    """

    facts: CatalogFacts = field(default_factory=CatalogFacts)
    tasks: tuple[str, ...] = RUNNABLE_TASKS
    is_syncing: bool = False
    is_clearing: bool = False
    progress: SyncProgress | None = None
    is_cancelled: bool = False
    problem: Problem | None = None

    @property
    def can_sync(self) -> bool:
        """A synchronisation can be started."""
        return bool(self.tasks) and not self.is_syncing and not self.is_clearing

    @property
    def can_clear(self) -> bool:
        """There is something to forget, and nothing is at work."""
        return bool(self.facts.models) and not self.is_syncing and not self.is_clearing


class CatalogViewModel(ViewModel[CatalogState]):
    """Synchronises the catalogue in the background; closing its dialog does not stop it.

    Args:
        catalog: lent, not closed here.
        now: the present time, UTC.
    """

    def __init__(
        self, catalog: ModelCatalog, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(CatalogState())
        self._catalog = catalog
        self._now = now
        self._work = Latest("catalogue")
        self._looking = Latest("catalogue's facts")
        self._has_chosen = False

    def open(self) -> None:
        """Look what the catalogue holds; the tasks synchronised before are chosen again."""
        self._looking.start(self._look())

    def choose(self, task: str, *, is_chosen: bool) -> None:
        """Synchronise a task with the others, or not."""
        self._has_chosen = True
        others = tuple(name for name in self.state.tasks if name != task)
        self._become(replace(self.state, tasks=(*others, task) if is_chosen else others))

    def sync(self) -> None:
        """Fetch the chosen tasks' models, or go on where that was cancelled."""
        if self.state.can_sync:
            self._become(
                replace(
                    self.state, is_syncing=True, is_cancelled=False, progress=None, problem=None
                )
            )
            self._work.start(self._sync(self.state.tasks))

    def cancel(self) -> None:
        """Stop fetching; what came so far is kept."""
        if self.state.is_syncing:
            self._work.cancel()
            self._become(replace(self.state, is_syncing=False, is_cancelled=True))
            self.open()

    def clear(self) -> None:
        """Forget all models."""
        if self.state.can_clear:
            self._become(
                replace(
                    self.state, is_clearing=True, is_cancelled=False, progress=None, problem=None
                )
            )
            self._work.start(self._clear())

    def age_text(self) -> str:
        """When the catalogue was last written: `2 hours ago`; empty where it is empty."""
        newest = self.state.facts.newest
        return age_words(newest, self._now()) if newest is not None else ""

    def synced_text(self, task: str) -> str:
        """When a task was last synchronised; empty where it never was."""
        times = dict(self.state.facts.synced)
        return age_words(times[task], self._now()) if task in times else ""

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        await self._work.close()
        await self._looking.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._work.wait()
        await self._looking.wait()

    async def _look(self) -> None:
        try:
            facts = await self._catalog.facts()
        except LabError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
            return
        tasks = self.state.tasks
        if facts.synced and not self._has_chosen:
            tasks = tuple(task for task, _ in facts.synced)
        self._become(replace(self.state, facts=facts, tasks=tasks))

    async def _sync(self, tasks: tuple[str, ...]) -> None:
        run = asyncio.current_task()

        def tell(progress: SyncProgress) -> None:
            if run is not None and not run.cancelling():
                self._become(replace(self.state, progress=progress))

        try:
            facts = await self._catalog.sync(tasks, tell)
        except LabError as error:
            self._become(replace(self.state, is_syncing=False, problem=Problem.of(error)))
            self.open()
            return
        self._become(replace(self.state, is_syncing=False, facts=facts))

    async def _clear(self) -> None:
        try:
            await self._catalog.clear()
            facts = await self._catalog.facts()
        except LabError as error:
            self._become(replace(self.state, is_clearing=False, problem=Problem.of(error)))
            return
        self._become(replace(self.state, is_clearing=False, facts=facts))


_STEPS = ((86400 * 365, "year"), (86400 * 30, "month"), (86400, "day"), (3600, "hour"))


def age_words(time: datetime, now: datetime) -> str:
    """How long ago a time is, in its largest unit: `3 days ago`, `a few minutes ago`."""
    seconds = (now - time).total_seconds()
    for unit, name in _STEPS:
        count = int(seconds // unit)
        if count >= 1:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "a few minutes ago" if seconds >= 120 else "just now"
