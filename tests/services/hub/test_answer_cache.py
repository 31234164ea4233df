"""Answers kept, confirmed, and never given to somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from ailab.services.hub.answer_cache import AnswerCache, KeptAnswer
from ailab.services.hub.model_query import ModelQuery
from ailab.services.hub.model_service import ModelService
from loopback_hub import MODEL, LoopbackHub

ROWS = [{"_id": "1", "id": "o/one"}]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def hub_and_service(
    token: str = "",
) -> AsyncIterator[tuple[LoopbackHub, ModelService, Clock]]:
    """A service whose cache reads the test's clock."""
    clock = Clock()
    async with (
        LoopbackHub() as hub,
        ModelService(hub.endpoint, token=token, delays=(0.0,)) as service,
    ):
        service._client._cache = AnswerCache(clock)
        yield hub, service, clock


def counted(hub: LoopbackHub, path: str, body: Any, etag: str = 'W/"7-x"') -> list[bool]:
    """Answer a path, and with 304 where its ETag comes back; whether each was confirmed."""
    confirmed: list[bool] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        is_same = request.headers.get("If-None-Match") == etag
        confirmed.append(is_same)
        headers = {"ETag": etag} if etag else {}
        if is_same:
            return web.Response(status=304, headers=headers)
        return web.json_response(body, headers=headers)

    hub.answers[path] = answer
    return confirmed


async def test_that_a_list_is_not_asked_for_twice_within_a_minute() -> None:
    async with hub_and_service() as (hub, service, clock):
        confirmed = counted(hub, "/api/models", ROWS)
        first = await service.first_page(ModelQuery("one"))
        clock.now = 59
        assert await service.first_page(ModelQuery("one")) is not first
        assert await service.first_page(ModelQuery("one")) == first
        assert confirmed == [False]
        await service.first_page(ModelQuery("two"))
        assert confirmed == [False, False]


async def test_that_an_old_answer_is_confirmed_by_its_etag() -> None:
    async with hub_and_service() as (hub, service, clock):
        confirmed = counted(hub, "/api/models", ROWS)
        first = await service.first_page(ModelQuery())
        clock.now = 61
        assert await service.first_page(ModelQuery()) == first
        clock.now = 100  # confirmed a moment ago
        assert await service.first_page(ModelQuery()) == first
        assert confirmed == [False, True]


async def test_that_details_stay_for_five_minutes() -> None:
    async with hub_and_service() as (hub, service, clock):
        confirmed = counted(hub, f"/api/models/{MODEL}", {"id": MODEL}, etag="")
        details = await service.get_model_info(MODEL)
        clock.now = 299
        assert await service.get_model_info(MODEL) is details
        clock.now = 301
        assert await service.get_model_info(MODEL) == details
        assert confirmed == [False, False]


async def test_that_refresh_asks_anew() -> None:
    async with hub_and_service() as (hub, service, _):
        confirmed = counted(hub, "/api/models", ROWS)
        await service.first_page(ModelQuery())
        service.forget()
        await service.first_page(ModelQuery())
        assert confirmed == [False, False]


async def test_that_nobody_is_given_what_another_token_was_shown() -> None:
    async with hub_and_service("hf_a") as (hub, service, _):
        confirmed = counted(hub, "/api/models", ROWS)
        await service.first_page(ModelQuery())
        service.set_token("hf_b")
        await service.first_page(ModelQuery())
        service.set_token(None)
        assert not service.has_token
        await service.first_page(ModelQuery())
        assert confirmed == [False] * 3
        tokens = [seen.headers.get("Authorization") for seen in hub.seen]
        assert tokens == ["Bearer hf_a", "Bearer hf_b", None]


async def test_that_a_failure_is_not_kept() -> None:
    async with hub_and_service() as (hub, service, _):
        statuses = [500, 200]

        async def answer(_: web.Request) -> web.Response:
            return web.json_response(ROWS, status=statuses.pop(0))

        hub.answers["/api/models"] = answer
        assert len((await service.first_page(ModelQuery())).models) == 1
        assert len((await service.first_page(ModelQuery())).models) == 1
        assert statuses == []


def test_that_what_is_kept_has_a_limit() -> None:
    cache = AnswerCache(Clock())
    for number in range(300):
        cache.keep(number, KeptAnswer(number, None, "", 1))
    assert cache.find(0) is None
    assert cache.find(299) is not None
    cache.keep("large", KeptAnswer("x", None, "", 2**23 - 10))
    assert cache.find(299) is not None
    assert cache.find(200) is None
    cache.keep("larger", KeptAnswer("x", None, "", 2**23 + 1))
    assert cache.find("larger") is None
