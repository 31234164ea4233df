"""Fetches all models of tasks into the catalogue, and later what has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from ailab.services.catalog.catalog_thread import CatalogThread
from ailab.services.catalog.catalog_writer import CatalogWriter
from ailab.services.catalog.model_catalog import SyncProgress
from ailab.services.catalog.sync_state import SyncState
from ailab.services.hub.hub_errors import HubError, RateLimitError
from ailab.services.hub.model_info import ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.hub.model_source import ModelSource

_log = logging.getLogger(__name__)

PAGE_SIZE = 1000
WHOLE_EVERY = timedelta(days=30)
"""After this all models are fetched again: counts change and models vanish without a trace."""

_MOST_WAITS = 5
_WAIT_SECONDS = 60.0


class CatalogSync:
    """One synchronisation. What came is kept after each page, with the place to go on from.

    The Hub lists a task's models from the last changed on. A whole round reads them all; any
    later one reads until it meets what the round before has seen.

    Args:
        hub: where the models are.
        writes: the thread that writes.
        on_progress: told before and after each page, and of each wait.
        sleep: waits for a number of seconds.
        now: the present time, UTC.
    """

    def __init__(
        self,
        hub: ModelSource,
        writes: CatalogThread[CatalogWriter],
        on_progress: Callable[[SyncProgress], None],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._hub = hub
        self._writes = writes
        self._on_progress = on_progress
        self._sleep = sleep
        self._now = now
        self._progress = SyncProgress("", 0, 0, 0)

    async def run(self, tasks: Sequence[str]) -> None:
        """Fetch the models of tasks.

        Raises:
            HubError: the Hub failed; what came so far is kept.
            CatalogError: the catalogue cannot be written; likewise.
        """
        for done, task in enumerate(tasks):
            self._tell(task=task, done=done, total=len(tasks))
            await self._sync(task)
        self._tell(done=len(tasks))
        await self._tidy()

    def tell_wait(self, seconds: float) -> None:
        """Say that the Hub's limits ask for a pause; 0 for its end."""
        self._tell(waits=seconds)

    async def _sync(self, task: str) -> None:
        state = await self._writes.run(lambda writer: writer.syncs.load(task))
        if state.cursor is None:
            state = await self._begin(state)
        state = await self._read_pages(state)
        if state.is_whole:
            # A model that was changed meanwhile has gone to the list's beginning, unseen.
            catch_up = replace(state, is_whole=False, mark=state.next_mark, next_mark=None)
            await self._read_pages(catch_up)
            await self._writes.run(lambda writer: writer.drop_unseen(task, state.round))
            state = replace(state, whole_at=self._now())
        state = replace(
            state,
            cursor=None,
            mark=state.next_mark or state.mark,
            next_mark=None,
            synced_at=self._now(),
        )
        await self._writes.run(lambda writer: writer.syncs.save(state))

    async def _begin(self, state: SyncState) -> SyncState:
        is_whole = state.whole_at is None or self._now() - state.whole_at > WHOLE_EVERY
        number = state.round
        if is_whole:
            number = await self._writes.run(lambda writer: writer.syncs.next_round())
        return replace(state, is_whole=is_whole, round=number, next_mark=None)

    async def _read_pages(self, state: SyncState) -> SyncState:
        """Read from the state's place to the round's end; returns the state at the end."""
        page = await self._resumed(state)
        while True:
            times = [model.last_modified for model in page.models if model.last_modified]
            is_known = bool(not state.is_whole and state.mark and times and min(times) < state.mark)
            state = replace(
                state,
                cursor=None if is_known or not page.models else page.next_cursor,
                next_mark=state.next_mark or max(times, default=None),
            )
            await self._keep(page, state)
            if state.cursor is None:
                return state
            page = await self._ask(partial(self._hub.next_page, page))

    async def _resumed(self, state: SyncState) -> ModelPage:
        if state.cursor is not None:
            place = ModelPage((), state.cursor)
            try:
                return await self._ask(partial(self._hub.next_page, place))
            except HubError as error:
                if error.is_offline:
                    raise
                _log.info("The place to go on from is no longer valid: %s", error)
        query = ModelQuery(task=state.task, sort=ModelSort.UPDATED, limit=PAGE_SIZE)
        return await self._ask(partial(self._hub.first_page, query))

    async def _keep(self, page: ModelPage, state: SyncState) -> None:
        def write(writer: CatalogWriter) -> None:
            writer.remember(page.models, state.round)
            if state.cursor is not None:
                writer.syncs.save(state)

        await self._writes.run(write)
        self._tell(models=self._progress.models + _news(page, state))

    async def _ask(self, ask: Callable[[], Awaitable[ModelPage]]) -> ModelPage:
        """Ask the Hub; where its limit is reached, wait as long as it names."""
        for _ in range(_MOST_WAITS):
            try:
                return await ask()
            except RateLimitError as error:
                seconds = error.seconds or _WAIT_SECONDS
            self._tell(waits=seconds)
            await self._sleep(seconds)
            self._tell(waits=0.0)
        return await ask()

    async def _tidy(self) -> None:
        """Merge the index, a little at a time, and count its terms."""
        await self._writes.run(lambda writer: writer.begin_tidying())
        while await self._writes.run(lambda writer: writer.tidy()):
            pass
        await self._writes.run(lambda writer: writer.count_terms(), can_interrupt=True)

    def _tell(self, **changes: object) -> None:
        self._progress = replace(self._progress, **changes)  # type: ignore[arg-type]
        self._on_progress(self._progress)


def _news(page: ModelPage, state: SyncState) -> int:
    """How many of a page's models no round has seen as they are now."""
    mark = None if state.is_whole else state.mark
    times = [model.last_modified for model in page.models]
    return sum(mark is None or (time is not None and time > mark) for time in times)
