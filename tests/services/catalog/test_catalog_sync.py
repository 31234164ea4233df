"""Fetching a task's models: whole, in part, again, and past the Hub's limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ailab.services.catalog.catalog_service import CatalogService
from ailab.services.catalog.catalog_sync import CatalogSync
from ailab.services.catalog.model_catalog import SyncProgress
from ailab.services.hub.hub_errors import HubOfflineError, HubRequestError, RateLimitError
from ailab.services.hub.model_info import ModelInfo, ModelPage
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.services.lab_error import LabError
from fakes import FakeHub, a_model, until

OpenService = Callable[[], CatalogService]
TASK = "object-detection"
NEWEST = datetime(2026, 6, 1, tzinfo=UTC)


class SortedHub(FakeHub):
    """Lists the models from the last changed on; notes the pages it gave."""

    def __init__(self, *models: ModelInfo, page_size: int = 10) -> None:
        super().__init__(*models, page_size=page_size)
        self.given: list[int] = []
        self.failures: list[LabError] = []
        self.asked = asyncio.Event()

    async def first_page(self, query: ModelQuery) -> ModelPage:
        self.asked.set()
        return await super().first_page(query)

    async def next_page(self, page: ModelPage) -> ModelPage:
        await asyncio.sleep(0)  # as any request does, so that a cancelled one brings nothing
        return await super().next_page(page)

    def _page(self, query: ModelQuery, start: int) -> ModelPage:
        if self.failures:
            raise self.failures.pop(0)
        self.models = tuple(
            sorted(self.models, key=lambda m: m.last_modified or NEWEST, reverse=True)
        )
        self.given.append(start)
        return super()._page(query, start)


def models_of(count: int, task: str = TASK, owner: str = "acme") -> tuple[ModelInfo, ...]:
    """Models of one task, each changed an hour before the one before it."""
    return tuple(
        a_model(f"{owner}/m-{n}", task=task, last_modified=NEWEST - timedelta(hours=n))
        for n in range(count)
    )


@pytest.fixture
def hub() -> SortedHub:
    return SortedHub(*models_of(35), *models_of(5, "mask-generation", "other"))


async def ids_in(service: CatalogService) -> set[str]:
    page = await service.first_page(ModelQuery(limit=1000))
    return {row.id for row in page.models}


def ignore(_: SyncProgress) -> None:
    pass


async def test_that_all_models_of_the_tasks_come_page_by_page_with_progress(
    hub: SortedHub, open_service: OpenService
) -> None:
    told: list[SyncProgress] = []
    async with open_service() as service:
        facts = await service.sync([TASK, "mask-generation"], told.append)
        assert await ids_in(service) == {model.id for model in hub.models}
    assert facts.models == 40
    assert [task for task, _ in facts.synced] == ["mask-generation", TASK]
    assert {query.sort for query in hub.queries} == {ModelSort.UPDATED}
    assert {query.limit for query in hub.queries} == {1000}
    assert (told[0].task, told[0].done, told[0].total) == (TASK, 0, 2)
    assert told[-1].done == 2
    assert [row.models for row in told] == sorted(row.models for row in told)
    assert told[-1].models == 40  # what is read twice, to catch up, counts once


async def test_that_a_cancelled_round_keeps_what_came_and_goes_on_there(
    hub: SortedHub, open_service: OpenService
) -> None:
    async with open_service() as service:
        run: asyncio.Task[object]

        def stop(progress: SyncProgress) -> None:
            if progress.models == 20:
                run.cancel()

        run = asyncio.ensure_future(service.sync([TASK], stop))
        with pytest.raises(asyncio.CancelledError):
            await run
        assert len(await ids_in(service)) == 20
        assert (await service.facts()).synced == ()
    hub.given.clear()
    async with open_service() as service:  # another start of the lab
        await service.sync([TASK], ignore)
        assert len(await ids_in(service)) == 35
    assert hub.given[:2] == [20, 30]


async def test_that_afterwards_only_what_changed_is_fetched(
    hub: SortedHub, open_service: OpenService
) -> None:
    async with open_service() as service:
        await service.sync([TASK], ignore)
        hub.given.clear()
        newer = a_model("acme/new", task=TASK, last_modified=NEWEST + timedelta(days=1))
        hub.models = (*hub.models, newer)
        told: list[SyncProgress] = []
        facts = await service.sync([TASK], told.append)
        assert "acme/new" in await ids_in(service)
    assert facts.models == 36
    assert told[-1].models == 1
    assert hub.given == [0]


async def test_that_models_that_vanished_are_dropped_after_a_whole_round(
    hub: SortedHub, open_service: OpenService
) -> None:
    gone = a_model("acme/gone", task=TASK)
    elsewhere = a_model("acme/elsewhere", task="depth-estimation")
    async with open_service() as service:
        await service.remember([gone, elsewhere])
        await service.sync([TASK], ignore)
        ids = await ids_in(service)
        assert "acme/gone" not in ids
        assert "acme/elsewhere" in ids
        assert (await service.facts()).models == len(ids) == 36
        assert (await service.first_page(ModelQuery("gone"))).models == ()
        hub.models = hub.models[1:]
        later = datetime.now(UTC) + timedelta(days=31)
        sync = CatalogSync(hub, service._writes, ignore, now=lambda: later)
        await sync.run([TASK])
        assert len(await ids_in(service)) == 35


async def test_that_a_model_changed_during_a_round_is_not_taken_for_vanished(
    hub: SortedHub, open_service: OpenService
) -> None:
    """It moves to the list's beginning, which was read before."""
    moved = next(model for model in hub.models if model.id == "acme/m-30")

    def move(progress: SyncProgress) -> None:
        if progress.models == 10:
            changed = replace(moved, last_modified=NEWEST + timedelta(hours=1))
            hub.models = (*(m for m in hub.models if m.key != moved.key), changed)

    async with open_service() as service:
        await service.remember([moved])
        await service.sync([TASK], move)
        assert "acme/m-30" in await ids_in(service)


async def test_that_a_place_to_go_on_from_that_the_hub_no_longer_knows_begins_anew(
    hub: SortedHub, open_service: OpenService
) -> None:
    async with open_service() as service:
        hub.failures = []

        def fail(progress: SyncProgress) -> None:
            if progress.models == 10 and not hub.failures:
                hub.failures = [HubOfflineError("No network.", "Connect.")]

        with pytest.raises(HubOfflineError):
            await service.sync([TASK], fail)
        hub.failures = [HubRequestError("No such cursor.", "Begin anew.")]
        await service.sync([TASK], ignore)
        assert len(await ids_in(service)) == 35


async def test_that_a_limit_reached_is_waited_for_and_told(
    hub: SortedHub, open_service: OpenService
) -> None:
    hub.failures = [RateLimitError("Too many.", "Wait.", seconds=42.0)]
    told: list[SyncProgress] = []
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        assert told[-1].waits == 42.0

    async with open_service() as service:
        await CatalogSync(hub, service._writes, told.append, sleep=sleep).run([TASK])
        assert len(await ids_in(service)) == 35
    assert slept == [42.0]
    assert told[-1].waits == 0.0


async def test_that_the_hubs_own_pauses_are_told_while_it_synchronises(
    hub: SortedHub, open_service: OpenService
) -> None:
    hub.gate.shut()
    told: list[SyncProgress] = []
    async with open_service() as service:
        service.tell_wait(3.0)  # none under way: nobody is told
        run = asyncio.ensure_future(service.sync([TASK], told.append))
        await hub.asked.wait()
        service.tell_wait(7.0)
        assert told[-1].waits == 7.0
        hub.gate.open()
        await run


async def test_that_a_search_is_answered_while_a_synchronisation_waits_for_the_hub(
    hub: SortedHub, open_service: OpenService
) -> None:
    async with open_service() as service:
        await service.remember([a_model("acme/known")])
        hub.gate.shut()
        run = asyncio.ensure_future(service.sync([TASK], ignore))
        await until(lambda: True)
        assert (await service.first_page(ModelQuery("known"))).models
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
