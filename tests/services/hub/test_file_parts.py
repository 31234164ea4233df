"""Files from a byte on, and parts of files, from servers that give parts and some that don't."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from ailab.services.hub import file_parts
from ailab.services.hub.file_places import FilePlaces
from ailab.services.hub.hub_errors import HubFormatError, HubRangeError
from ailab.services.hub.hub_failure import Asked
from ailab.services.hub.hub_question import HubAnswer, HubQuestion
from ailab.services.hub.model_service import ModelService
from loopback_hub import COMMIT, MODEL, LoopbackHub

DATA = bytes(range(256)) * 20
SECRET = "hf_secretsecretsecret"
PATH = "m.onnx"


async def give_parts(request: web.Request) -> web.StreamResponse:
    """A download server that knows ranges."""
    try:
        wanted = request.http_range
    except ValueError:
        return web.Response(status=416)
    start, stop = wanted.start, wanted.stop
    if start is None:
        return web.Response(body=DATA)
    if start >= len(DATA):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(DATA)}"})
    body = DATA[start:stop]
    named = f"bytes {start}-{start + len(body) - 1}/{len(DATA)}"
    return web.Response(status=206, body=body, headers={"Content-Range": named})


async def give_all(_: web.Request) -> web.StreamResponse:
    return web.Response(body=DATA)


@asynccontextmanager
async def hub_and_service(storage: Any) -> AsyncIterator[tuple[LoopbackHub, ModelService]]:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=SECRET, delays=()) as service:
        hub.files, hub.large, hub.storage = {PATH: DATA}, {PATH}, storage
        yield hub, service


async def test_that_a_transfer_goes_on_from_a_byte() -> None:
    async with hub_and_service(give_parts) as (hub, service):
        async with service.open_file(MODEL, COMMIT, PATH, start=1000) as file:
            rest = b"".join([chunk async for chunk in file.chunks])
        assert file.start == 1000
        assert rest == DATA[1000:]
        assert file.headers.size == len(DATA)
        assert file.headers.sha256
        at_hub, at_storage = hub.seen
        assert at_hub.headers["Range"] == at_storage.headers["Range"] == "bytes=1000-"
        assert "Authorization" not in at_storage.headers


async def test_that_a_server_without_parts_begins_at_the_beginning() -> None:
    async with hub_and_service(give_all) as (_, service):
        async with service.open_file(MODEL, COMMIT, PATH, start=1000) as file:
            assert b"".join([chunk async for chunk in file.chunks]) == DATA
        assert file.start == 0
        assert file.headers.size == len(DATA)


async def test_that_a_whole_file_is_asked_for_as_one() -> None:
    async with hub_and_service(give_parts) as (hub, service):
        async with service.open_file(MODEL, COMMIT, PATH) as file:
            assert b"".join([chunk async for chunk in file.chunks]) == DATA
        assert file.start == 0
        assert all("Range" not in seen.headers for seen in hub.seen)


async def test_that_a_part_of_a_small_file_tells_the_size_of_the_whole() -> None:
    async with hub_and_service(None) as (hub, service):
        hub.large = set()
        hub.answers[f"/{MODEL}/resolve/main/{PATH}"] = give_parts
        async with service.open_file(MODEL, "main", PATH, start=5000) as file:
            assert b"".join([chunk async for chunk in file.chunks]) == DATA[5000:]
        assert file.headers.size == len(DATA)


@pytest.mark.parametrize(
    "told",
    [
        "bytes 999-5119/5120",
        "bytes 1000-5119/9999",
        "bytes 1000-5120/5120",
        "bytes 1000-999/5120",
        "bytes */5120",
        "items 1000-5119/5120",
        "",
    ],
)
async def test_that_another_part_than_asked_for_is_refused(told: str) -> None:
    async def lie(_: web.Request) -> web.StreamResponse:
        return web.Response(status=206, body=DATA[1000:], headers={"Content-Range": told})

    async with hub_and_service(lie) as (_, service):
        with pytest.raises(HubFormatError, match=r"another part of m\.onnx"):
            async with service.open_file(MODEL, COMMIT, PATH, start=1000):
                pass
        with pytest.raises(HubFormatError, match="another part"):
            await service.read_file(MODEL, COMMIT, PATH, start=1000)


@pytest.mark.parametrize("storage", [give_parts, give_all])
@pytest.mark.parametrize(
    ("start", "most"),
    [(0, 10), (0, 2**20), (100, 1), (5000, 2**20), (5119, 1), (5120, 10), (9000, 10), (7, 0)],
)
async def test_that_a_part_is_read_and_ends_where_the_file_ends(
    storage: Any, start: int, most: int
) -> None:
    async with hub_and_service(storage) as (_, service):
        part = await service.read_file(MODEL, COMMIT, PATH, start=start, most=most)
        assert part == DATA[start : start + most]


async def test_that_a_part_far_behind_is_not_read_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_parts, "MOST_READ_PAST", 4000)
    async with hub_and_service(give_all) as (_, service):
        assert await service.read_file(MODEL, COMMIT, PATH, start=4000, most=9) == DATA[4000:4009]
        with pytest.raises(HubFormatError, match="only as a whole"):
            await service.read_file(MODEL, COMMIT, PATH, start=4001)


async def test_that_a_transfer_behind_the_end_says_that_the_file_is_shorter() -> None:
    async with hub_and_service(give_parts) as (_, service):
        with pytest.raises(HubRangeError, match="shorter on the Hub"):
            async with service.open_file(MODEL, COMMIT, PATH, start=len(DATA)):
                pass


async def test_that_a_part_is_not_asked_for_compressed() -> None:
    async with hub_and_service(give_parts) as (hub, service):
        await service.read_file(MODEL, COMMIT, PATH, start=3, most=4)
        assert [seen.headers["Accept-Encoding"] for seen in hub.seen] == ["identity"] * 2
        assert [seen.headers["Range"] for seen in hub.seen] == ["bytes=3-6"] * 2


async def test_that_many_parts_of_a_file_take_one_question_to_the_hub() -> None:
    async with hub_and_service(give_parts) as (hub, service):
        for start in range(0, 1000, 100):
            part = await service.read_file(MODEL, COMMIT, PATH, start=start, most=100)
            assert part == DATA[start : start + 100]
        assert len(hub.asked()) == 1
        assert len(hub.asked("cdn")) == 10
        assert len(set(hub.asked("cdn"))) == 1, "a signed address is used as it came"
        assert not any("Authorization" in s.headers for s in hub.seen if s.server == "cdn")


@pytest.mark.parametrize("status", [401, 403, 404, 503])
async def test_that_an_address_that_ran_out_is_asked_for_anew(status: int) -> None:
    answers = [give_parts, _refuse(status), give_parts, give_parts]

    async def storage(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await answers.pop(0)(request)
        return response

    async with hub_and_service(storage) as (hub, service):
        for start in (0, 500, 900):
            part = await service.read_file(MODEL, COMMIT, PATH, start=start, most=9)
            assert part == DATA[start : start + 9]
        assert len(hub.asked()) == 2
        assert not answers


@pytest.mark.parametrize("change", [lambda hub: hub.set_token("hf_another"), ModelService.forget])
async def test_that_another_token_or_forgetting_asks_the_hub_anew(
    change: Callable[[ModelService], None],
) -> None:
    async with hub_and_service(give_parts) as (hub, service):
        await service.read_file(MODEL, COMMIT, PATH, most=9)
        change(service)
        await service.read_file(MODEL, COMMIT, PATH, most=9)
        assert len(hub.asked()) == 2


async def test_that_the_end_of_a_file_is_no_reason_to_ask_anew() -> None:
    async with hub_and_service(give_parts) as (hub, service):
        await service.read_file(MODEL, COMMIT, PATH, most=9)
        assert await service.read_file(MODEL, COMMIT, PATH, start=len(DATA), most=9) == b""
        assert len(hub.asked()) == 1


async def test_that_places_are_forgotten_after_a_while_and_are_few() -> None:
    seconds = 0.0
    places = FilePlaces(lambda: seconds)
    files = [HubQuestion(f"https://hub.test/{n}", Asked("https://hub.test")) for n in range(17)]
    for file in files:
        places.keep(file, HubAnswer(206, f"{file.url}?signed", {}, {}, False, aiter_nothing()))
    assert places.find(files[0]) is None
    found = places.find(files[16])
    assert found is not None
    assert found.url == "https://hub.test/16?signed"
    seconds = 301.0
    assert places.find(files[16]) is None


def _refuse(status: int) -> Any:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    return answer


async def aiter_nothing() -> AsyncIterator[bytes]:
    """No chunks."""
    nothing: tuple[bytes, ...] = ()
    for chunk in nothing:
        yield chunk
