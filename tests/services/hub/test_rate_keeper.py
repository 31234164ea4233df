"""The Hub's limits: read, kept, and waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from ailab.services.hub.hub_errors import RateLimitError
from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.model_service import ModelService
from ailab.services.hub.rate_keeper import RateKeeper
from ailab.services.hub.rate_limit import RateLimit, bucket_of, read_rate_limit
from fakes import Gate, until
from loopback_hub import MODEL, LoopbackHub

HUB = "https://huggingface.co"
API = f"{HUB}/api/models"


def limit(left: int, seconds: int, bucket: str = "api", quota: int = 500) -> dict[str, str]:
    return {
        "RateLimit": f'"{bucket}";r={left};t={seconds}',
        "RateLimit-Policy": f'"fixed window";"{bucket}";q={quota};w=300',
    }


class Clock:
    """Time that passes only where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


def keeper_and_clock() -> tuple[RateKeeper, Clock]:
    clock = Clock()
    return RateKeeper(clock, clock.sleep), clock


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (limit(499, 295), RateLimit("api", 499, 295.0, 500)),
        ({"RateLimit": '"resolvers"; r=0; t=1'}, RateLimit("resolvers", 0, 1.0)),
        ({"RateLimit": "nonsense", "RateLimit-Policy": "q=5"}, None),
        ({"RateLimit": '"api";r=٣;t=1'}, None),
        ({}, None),
    ],
)
def test_that_the_hubs_headers_are_read(
    headers: dict[str, str], expected: RateLimit | None
) -> None:
    assert read_rate_limit(headers) == expected


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        (f"{HUB}/api/models?search=/resolve/", "api"),
        (f"{HUB}/a/b/resolve/main/x.json", "resolvers"),
        (f"{HUB}/api/resolve-cache/models/a/b/c/x.json", "resolvers"),
        (f"{HUB}/a/b", "pages"),
    ],
)
def test_that_each_address_has_its_bucket(url: str, bucket: str) -> None:
    assert bucket_of(url) == bucket


def test_that_nothing_slows_while_a_fifth_is_left() -> None:
    keeper, _ = keeper_and_clock()
    assert keeper.turn_of(API).seconds == 0
    keeper.note(limit(150, 200))
    assert [keeper.turn_of(API).seconds for _ in range(50)] == [0] * 50


def test_that_near_the_limit_what_is_left_is_spread_over_the_rest_of_the_window() -> None:
    keeper, clock = keeper_and_clock()
    keeper.note(limit(50, 200))
    waits = [keeper.turn_of(API).seconds for _ in range(50)]
    assert waits[:4] == pytest.approx([0.0, 4.0, 4 + 200 / 49, 4 + 200 / 49 + 200 / 48])
    assert waits == sorted(waits)
    assert keeper.turn_of(f"{HUB}/a/b/resolve/main/x").seconds == 0
    over = keeper.turn_of(API)
    assert over == HubWait(201.0, is_refused=True)
    clock.now += 201
    assert keeper.turn_of(API).seconds == 0


def test_that_requests_on_their_way_count_until_the_next_window() -> None:
    keeper, clock = keeper_and_clock()
    keeper.note(limit(2, 200))
    keeper.turn_of(API)
    keeper.turn_of(API)
    keeper.note(limit(1, 199))  # an answer that does not know of the other request yet
    assert keeper.turn_of(API).is_refused
    clock.now += 200
    keeper.note(limit(499, 300))
    assert keeper.turn_of(API).seconds == 0


def test_that_another_token_has_its_own_limit() -> None:
    keeper, _ = keeper_and_clock()
    keeper.note(limit(0, 200))
    keeper.forget()
    assert keeper.turn_of(API).seconds == 0


async def test_that_a_pause_is_told_and_its_end_too_also_where_it_is_cancelled() -> None:
    gate = Gate(is_open=False)

    async def sleep(_: float) -> None:
        await gate.passage()

    keeper = RateKeeper(Clock(), sleep)
    told: list[HubWait] = []
    keeper.listen(told.append)
    slow = asyncio.ensure_future(keeper.pause(HubWait(2.0, is_refused=False)))
    refused = asyncio.ensure_future(keeper.pause(HubWait(30.0, is_refused=True)))
    await until(lambda: gate.waiting == 2)
    refused.cancel()
    await asyncio.gather(refused, return_exceptions=True)
    gate.open()
    await slow
    assert told == [
        HubWait(2.0, is_refused=False),
        HubWait(30.0, is_refused=True),
        HubWait(2.0, is_refused=False),
        HubWait(0.0, is_refused=False),
    ]


async def test_that_every_listener_is_told_until_it_leaves() -> None:
    keeper, _ = keeper_and_clock()
    first: list[HubWait] = []
    second: list[HubWait] = []
    leave = keeper.listen(first.append)
    keeper.listen(second.append)
    await keeper.pause(HubWait(3.0, is_refused=False))
    leave()
    await keeper.pause(HubWait(5.0, is_refused=True))
    assert [wait.seconds for wait in first] == [3.0, 0.0]
    assert [wait.seconds for wait in second] == [3.0, 0.0, 5.0, 0.0]


def answering(hub: LoopbackHub, *answers: tuple[int, dict[str, str]]) -> None:
    """Answer the list with these statuses and headers, one after another."""
    waiting = list(answers)

    async def answer(_: Any) -> web.Response:
        status, headers = waiting.pop(0)
        return web.json_response([], status=status, headers=headers)

    hub.answers["/api/models"] = answer


async def test_that_a_refusal_is_waited_out_and_asked_again() -> None:
    keeper, clock = keeper_and_clock()
    told: list[HubWait] = []
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="", keeper=keeper) as service:
        service.on_wait(told.append)
        answering(hub, (429, limit(0, 30)), (429, {"Retry-After": "7"}), (200, limit(499, 300)))
        assert await service.list_models() == ()
        assert len(hub.seen) == 3
    assert clock.slept == [31.0, 7.0]
    assert [wait.seconds for wait in told] == [31.0, 0.0, 7.0, 0.0]
    assert told[0].is_refused


@pytest.mark.parametrize(
    ("answers", "slept", "seconds"),
    [
        ([(429, {})] * 3, [2.0, 4.0], None),
        ([(429, limit(0, 10))] * 3, [11.0, 11.0], 11.0),
        ([(429, {"Retry-After": "3600"})], [], 3600.0),
    ],
)
async def test_that_waiting_has_an_end(
    answers: list[tuple[int, dict[str, str]]], slept: list[float], seconds: float | None
) -> None:
    keeper, clock = keeper_and_clock()
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="", keeper=keeper) as service:
        answering(hub, *answers)
        with pytest.raises(RateLimitError) as caught:
            await service.list_models()
    assert clock.slept == slept
    assert caught.value.seconds == seconds


async def test_that_redirects_and_errors_count_too() -> None:
    keeper, clock = keeper_and_clock()
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="", keeper=keeper) as service:
        hub.files = {"config.json": b"{}"}
        headers = {"Location": f"/api/models/{MODEL}", **limit(0, 20)}
        hub.say("/api/models/old/name", status=307, headers=headers)
        details = await service.get_model_info("old/name")
        assert details.info.id == MODEL
        assert clock.slept == [21.0]


async def test_that_a_service_in_a_pause_can_be_cancelled_and_used_again() -> None:
    gate = Gate(is_open=False)
    pausing = asyncio.Event()

    async def sleep(_: float) -> None:
        pausing.set()
        await gate.passage()

    keeper = RateKeeper(Clock(), sleep)
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="", keeper=keeper) as service:
        answering(hub, (429, limit(0, 30)), (200, limit(499, 300)))
        run = asyncio.ensure_future(service.list_models())
        await pausing.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        gate.open()
        assert await service.list_models() == ()
