"""Downloads that go on where they stopped, whatever happens on the way."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import filelock
import pytest
from aiohttp import web

from ailab.services.downloads import staged_file
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.hub_cache import HubCache
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.hub_errors import (
    GatedModelError,
    HubError,
    HubServerError,
    HubTimeoutError,
    RateLimitError,
)
from ailab.services.hub.model_service import ModelService
from download_lab import FILES, WEIGHTS, DownloadLab, arrival, body_of, lab_with
from loopback_hub import COMMIT, MODEL, sha256

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
PART = WEIGHTS[:2_000_000]
ALL = tuple(FILES)
LINGER = "hh" if os.name == "nt" else "ii"  # closed at once, so the client sees a reset


def rest_of(data: bytes, *, begin: int | None = None, told: str | None = None) -> Answer:
    """Answer with a part of a file: the one asked for, or as badly as told."""

    async def send(request: web.Request) -> web.StreamResponse:
        start = (request.http_range.start or 0) if begin is None else begin
        said = told or f"bytes {start}-{len(data) - 1}/{len(data)}"
        return web.Response(status=206, body=data[start:], headers={"Content-Range": said})

    return send


def status(code: int, headers: dict[str, str] | None = None) -> Answer:
    """Answer with a failure."""

    async def send(_: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text="no", headers=headers)

    return send


async def reset(request: web.Request) -> web.StreamResponse:
    """Answer with a part, then reset the connection, as a router that was switched off does."""
    response = web.StreamResponse(headers={"Content-Length": str(len(WEIGHTS))})
    await response.prepare(request)
    await response.write(PART)
    await arrival()
    assert request.transport is not None
    raw = request.transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
    request.transport.abort()
    return response


def in_turn(lab: DownloadLab, *answers: Answer) -> list[Answer]:
    """Let the download server give these answers, one after the other, then its own."""
    left = list(answers)

    async def send(request: web.Request) -> web.StreamResponse:
        answer = left.pop(0)
        if not left:
            lab.hub.storage = None
        return await answer(request)

    lab.hub.storage = send
    return left


async def put_part(lab: DownloadLab, content: bytes = PART) -> None:
    """Leave on the disk what a lab that was killed leaves."""
    await asyncio.to_thread(lab.partial.parent.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(lab.partial.write_bytes, content)


async def check(lab: DownloadLab, snapshot: Path) -> None:
    await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, ALL)


async def test_that_what_a_killed_lab_left_is_gone_on_with(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        snapshot = await lab.download()
        assert lab.ranges() == ["bytes=2000000-"]
        assert lab.progress[-1].done == lab.progress[-1].total
        await check(lab, snapshot)


async def test_that_a_long_check_of_what_arrived_before_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged_file, "_STEPS_AT_ONCE", 1)
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        await lab.download()
        notes = [progress.note for progress in lab.progress]
        assert "Checking what has arrived of onnx/model.onnx before." in notes
        assert notes[-1] == ""


async def test_that_a_wait_for_another_program_is_said(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        path = HubCache(lab.cache, MODEL).lock_path(sha256(WEIGHTS))
        path.parent.mkdir(parents=True)
        with filelock.FileLock(path):
            run = asyncio.ensure_future(lab.download())
            await lab.until(lambda: any("Another program" in now.note for now in lab.progress))
        await check(lab, await run)


async def test_that_a_wait_between_two_tries_is_said(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        lab.hub.storage = status(503)
        downloader = ModelDownloader(lab.service, lab.cache, retry_delays=(30.0,))
        details = await lab.service.get_model_info(MODEL)
        run = asyncio.ensure_future(downloader.download(details, ALL, lab.progress.append))
        await lab.until(lambda: any("again in 30 s." in now.note for now in lab.progress))
        assert lab.progress[-1].can_hurry
        run.cancel()  # and the wait with it
        await asyncio.wait({run})
        assert run.cancelled()


async def test_that_a_file_that_is_whole_already_is_verified_and_not_asked_for(
    tmp_path: Path,
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab, WEIGHTS)
        snapshot = await lab.download()
        assert lab.hub.asked("cdn") == []
        await check(lab, snapshot)


@pytest.mark.parametrize(
    "left", [b"x" * 2_000_000, b"x" * len(WEIGHTS), WEIGHTS + b"more"], ids=["part", "all", "more"]
)
async def test_that_damage_on_the_disk_is_found_and_the_file_begun_anew(
    tmp_path: Path, left: bytes
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab, left)
        snapshot = await lab.download()
        assert lab.ranges()[-1] == ""
        await check(lab, snapshot)


@pytest.mark.parametrize("end", [body_of(PART, len(WEIGHTS)), reset], ids=["closed", "reset"])
async def test_that_a_connection_that_breaks_off_goes_on_where_it_did(
    tmp_path: Path, end: Answer
) -> None:
    async with lab_with(tmp_path) as lab:
        answers = in_turn(lab, end, status(503), rest_of(WEIGHTS))
        snapshot = await lab.download()
        assert answers == []
        asked = [int(part.strip("bytes=-") or 0) for part in lab.ranges()]
        assert asked[0] == 0
        assert asked[-1] > 0
        assert lab.progress[-1].done == sum(map(len, FILES.values()))
        await check(lab, snapshot)


async def test_that_tries_are_counted_anew_while_bytes_arrive(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:

        async def drip(request: web.Request) -> web.StreamResponse:
            start = request.http_range.start or 0
            told = {"Content-Range": f"bytes {start}-{len(WEIGHTS) - 1}/{len(WEIGHTS)}"}
            response = web.StreamResponse(status=206 if start else 200, headers=told)
            response.content_length = len(WEIGHTS) - start
            await response.prepare(request)
            await response.write(WEIGHTS[start : start + 400_000])
            await arrival()
            if start + 400_000 < len(WEIGHTS) and request.transport is not None:
                request.transport.close()
            return response

        lab.hub.storage = drip
        await check(lab, await lab.download(tries=2))
        assert len(lab.ranges()) == 8


async def test_that_a_server_without_ranges_gives_the_file_from_its_beginning(
    tmp_path: Path,
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        in_turn(lab, body_of(WEIGHTS))
        snapshot = await lab.download()
        assert lab.ranges() == ["bytes=2000000-"]
        await check(lab, snapshot)


@pytest.mark.parametrize(
    "told",
    [
        "bytes 1999999-3071999/3072000",
        "bytes 2000000-3071998/3071999",
        "bytes */3072000",
        "rubbish",
    ],
)
async def test_that_another_part_than_the_one_asked_for_is_not_used(
    tmp_path: Path, told: str
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        in_turn(lab, rest_of(WEIGHTS, begin=1_999_999, told=told))
        snapshot = await lab.download()
        assert lab.ranges() == ["bytes=2000000-", ""]
        await check(lab, snapshot)


async def test_that_a_part_that_cannot_be_had_is_had_with_the_whole(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        in_turn(lab, status(416))
        snapshot = await lab.download()
        assert lab.ranges() == ["bytes=2000000-", ""]
        await check(lab, snapshot)


async def test_that_wrong_bytes_after_a_resume_are_found_and_the_file_begun_anew(
    tmp_path: Path,
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        in_turn(lab, rest_of(bytes(len(WEIGHTS))))
        snapshot = await lab.download()
        assert lab.ranges() == ["bytes=2000000-", ""]
        await check(lab, snapshot)


async def test_that_an_address_that_expired_on_the_way_is_asked_for_anew(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        in_turn(lab, body_of(PART, len(WEIGHTS)), status(403), status(403), status(403))
        snapshot = await lab.download()
        resolved = [
            path
            for path in lab.hub.asked()
            if path.endswith("/resolve/" + COMMIT + "/onnx/model.onnx")
        ]
        assert len(resolved) >= 3
        assert all(part for part in lab.ranges()[1:])  # every later one for the rest alone
        await check(lab, snapshot)


@pytest.mark.parametrize("length", [None, len(WEIGHTS)], ids=["short", "cut"])
async def test_that_a_file_that_never_arrives_whole_is_given_up_and_its_part_kept(
    tmp_path: Path, length: int | None
) -> None:
    async with lab_with(tmp_path) as lab:
        lab.hub.storage = body_of(WEIGHTS[:1_500_000], length)
        with pytest.raises(DownloadError, match="did not arrive whole") as caught:
            await lab.download()
        assert "of 3.1 MB" in caught.value.message
        assert "goes on where it stopped" in caught.value.advice
        assert 3 <= len(lab.ranges()) <= 4
        assert lab.visible() == []
        lab.hub.storage = None
        await check(lab, await lab.download())


@pytest.mark.parametrize("begins_at", [0, 2_000_000])
async def test_that_a_file_that_does_not_end_is_cut_off(tmp_path: Path, begins_at: int) -> None:
    async with lab_with(tmp_path) as lab:
        if begins_at:
            await put_part(lab)
        lab.hub.storage = body_of(WEIGHTS * 3)
        with pytest.raises(DownloadError, match=r"longer than the 3\.1 MB"):
            await lab.download()
        assert len(lab.ranges()) == 1
        assert lab.visible() == []
        assert not lab.partial.exists()


async def test_that_a_wrong_content_length_does_no_harm(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:

        async def understated(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n"
            request.transport.write(head + WEIGHTS)
            request.transport.close()
            return web.Response()

        in_turn(lab, understated)
        await check(lab, await lab.download())


@pytest.mark.parametrize("code", [500, 503, 429])
async def test_that_a_busy_server_is_asked_again(tmp_path: Path, code: int) -> None:
    async with lab_with(tmp_path) as lab:
        busy = status(code, {"Retry-After": "0"})
        in_turn(lab, busy, busy)
        await check(lab, await lab.download())
        assert len(lab.ranges()) == 3


@pytest.mark.parametrize("code", [401, 403, 404, 500, 503, 429])
async def test_that_a_download_server_that_stays_unwilling_is_given_up(
    tmp_path: Path, code: int
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        lab.hub.storage = status(code, {"Retry-After": "0"})
        with pytest.raises((HubServerError, RateLimitError)):
            await lab.download()
        assert lab.visible() == []
        assert lab.partial.stat().st_size == len(PART)


@pytest.mark.parametrize(
    ("code", "headers", "kind"),
    [
        (401, {"X-Error-Code": "GatedRepo", "X-Error-Message": "restricted"}, GatedModelError),
        (403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "restricted"}, GatedModelError),
        (404, {"X-Error-Code": "EntryNotFound"}, HubError),
        (401, {"X-Error-Message": "Invalid credentials in Authorization header"}, HubError),
    ],
)
async def test_that_a_refusal_is_said_at_once_and_keeps_what_arrived(
    tmp_path: Path, code: int, headers: dict[str, str], kind: type[HubError]
) -> None:
    async with lab_with(tmp_path) as lab:
        await put_part(lab)
        path = f"/{MODEL}/resolve/{COMMIT}/onnx/model.onnx"
        lab.hub.say(path, status=code, text="", headers=headers)
        with pytest.raises(kind):
            await lab.download()
        assert sum(seen.path == path for seen in lab.hub.seen) == 1
        assert lab.partial.stat().st_size == len(PART)
        assert lab.visible() == []


async def test_that_a_server_that_falls_silent_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ModelService.open_file
    silences = [True, False]

    def open_file(self: ModelService, *args: str, start: int = 0) -> object:
        opened = real(self, *args, start=start)
        return Silent(opened) if args[-1].endswith(".onnx") and silences.pop(0) else opened

    monkeypatch.setattr(ModelService, "open_file", open_file)
    async with lab_with(tmp_path) as lab:
        await check(lab, await lab.download())
        assert lab.ranges()[0] == ""
        assert int(lab.ranges()[-1].strip("bytes=-")) > 0


class Silent:
    """A file from which nothing more comes after its first chunk."""

    def __init__(self, opened: object) -> None:
        self._opened = opened

    async def __aenter__(self) -> object:
        remote = await self._opened.__aenter__()  # type: ignore[attr-defined] # a context

        async def chunks() -> object:
            async for chunk in remote.chunks:
                yield chunk
                raise HubTimeoutError("It did not answer in time.", "Try again.")

        return replace(remote, chunks=chunks())

    async def __aexit__(self, *args: object) -> None:
        await self._opened.__aexit__(*args)  # type: ignore[attr-defined] # a context


async def test_that_the_token_stays_with_the_hub_when_a_download_goes_on(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab, ModelService(lab.hub.endpoint, token="hf_x") as service:
        await put_part(lab)
        downloader = ModelDownloader(service, lab.cache, retry_delays=())
        await downloader.download(await service.get_model_info(MODEL), ALL, lab.progress.append)
        headers = {server: [] for server in ("hub", "cdn")}  # type: dict[str, list[bool]]
        for seen in lab.hub.seen:
            headers[seen.server].append("Authorization" in seen.headers)
        assert all(headers["hub"])
        assert headers["cdn"] == [False]


async def test_that_the_space_needed_is_only_that_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HubCache, "free_bytes", lambda _: 1_500_000)
    async with lab_with(tmp_path) as lab:
        with pytest.raises(DownloadError, match="are free"):
            await lab.download()
        await put_part(lab)
        await check(lab, await lab.download())


async def test_that_discarding_removes_what_arrived_and_nothing_else(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        snapshot = await lab.download(["config.json"], details=details)
        before = lab.left()
        await put_part(lab)
        progress = {file.path: file.done for file in await lab.downloader().arrived(details)}
        assert progress["onnx/model.onnx"] == len(PART)
        assert progress["config.json"] == len(FILES["config.json"])
        await lab.downloader().discard(details)
        assert lab.left() == before
        assert (snapshot / "config.json").exists()


async def test_that_discarding_leaves_alone_what_another_program_fetches(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        await put_part(lab)
        path = HubCache(lab.cache, MODEL).lock_path(sha256(WEIGHTS))
        path.parent.mkdir(parents=True)
        with filelock.FileLock(path):
            await lab.downloader().discard(details)
        assert lab.partial.exists()
        await lab.downloader().discard(details)
        assert lab.left() == []


async def test_that_files_are_fetched_a_few_at_a_time(tmp_path: Path) -> None:
    files = {f"{number}.json": b"%d" % number for number in range(40)}
    async with lab_with(tmp_path, files) as lab:
        at_once, most = 0, 0
        real = lab.hub._answer_hub

        async def count(request: web.Request) -> web.StreamResponse:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.002)
            at_once -= 1
            lab.hub.answers.pop(request.path, None)
            return await real(request)

        for path in files:
            lab.hub.answers[f"/{MODEL}/resolve/{COMMIT}/{path}"] = count
        snapshot = await lab.download(tuple(files))
        assert 2 <= most <= 8
        for path, data in files.items():
            assert (snapshot / path).read_bytes() == data


async def test_that_one_failing_file_ends_the_others_and_is_named(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        gone = {"X-Error-Code": "EntryNotFound"}
        lab.hub.say(f"/{MODEL}/resolve/{COMMIT}/config.json", status=404, text="", headers=gone)
        with pytest.raises(HubError, match=r"config\.json"):
            await lab.download()
        assert lab.visible() == []
