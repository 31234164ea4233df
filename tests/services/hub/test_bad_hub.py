"""A Hub that answers badly; the faults of the connection itself are in the matrix beside this."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ailab.services.hub.file_parts import open_part
from ailab.services.hub.hub_connection import HubConnection
from ailab.services.hub.hub_errors import (
    FileNotFoundOnHubError,
    HubError,
    HubFormatError,
    HubOfflineError,
    HubRequestError,
    HubServerError,
    HubTimeoutError,
    ModelNotFoundError,
    RevisionNotFoundError,
)
from ailab.services.hub.hub_failure import Asked
from ailab.services.hub.hub_question import HubQuestion
from ailab.services.hub.hub_timeouts import HubTimeouts
from ailab.services.hub.model_service import ModelService
from ailab.services.hub.rate_keeper import RateKeeper
from loopback_hub import MODEL, LoopbackHub

SECRET = "hf_secretsecretsecret"
HUB = "https://huggingface.co"
ANONYMOUS = Asked(HUB, MODEL)
SIGNED_IN = Asked(HUB, MODEL, has_token=True)
A_FILE = Asked(HUB, MODEL, "v9", "onnx/model.onnx")
THE_LIST = Asked(HUB)


def question(url: str) -> HubQuestion:
    return HubQuestion(url, Asked(url, MODEL, "main", "m.onnx"))


@asynccontextmanager
async def failing(answer: Callable[[web.Request], Awaitable[Any]]) -> AsyncIterator[ModelService]:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=SECRET, delays=()) as service:
        hub.answers["/api/models"] = answer
        yield service


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("<html>Sign in</html>", "text/html", "a web page"),
        ("<html>Sign in</html>", "application/json", "not the JSON"),
        ("rubbish", "application/json", "not the JSON"),
        ('[{"id": "a/b"}, {"id"', "application/json", "not the JSON"),
        ("", "application/json", "not the JSON"),
        ('{"error": "why"}', "application/json", "list of models"),
        ('"text"', "application/json", "list of models"),
        ('[{"id": 7}, {"name": "x"}, null]', "application/json", "list of models"),
    ],
)
async def test_that_an_answer_that_is_no_list_is_refused(text: str, kind: str, words: str) -> None:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        hub.say("/api/models", text=text, kind=kind)
        with pytest.raises(HubFormatError, match=words) as caught:
            await service.list_models()
        assert "HF_ENDPOINT" in caught.value.advice


async def test_that_a_status_reaches_the_person_as_its_own_error() -> None:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        hub.say(f"/api/models/{MODEL}", {"error": "Invalid username or password."}, status=401)
        with pytest.raises(ModelNotFoundError, match="private"):
            await service.get_model_info(MODEL)
        hub.say(f"/api/models/{MODEL}/revision/x", status=404, text=b"", headers=REVISION)
        with pytest.raises(RevisionNotFoundError, match="“x”"):
            await service.get_model_info(MODEL, "x")
        with pytest.raises(FileNotFoundOnHubError, match=r"no\.onnx"):
            async with service.open_file(MODEL, "main", "no.onnx"):
                pass


REVISION = {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id: x"}


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_that_a_failing_download_server_is_the_hubs_trouble(status: int) -> None:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token="") as service:
        hub.files, hub.large = {"m.onnx": b"x"}, {"m.onnx"}

        async def refuse(_: web.Request) -> web.Response:
            return web.Response(status=status, text="<Error/>")

        hub.storage = refuse
        with pytest.raises(HubServerError, match=f"download server refused m.onnx.*{status}"):
            async with service.open_file(MODEL, "main", "m.onnx"):
                pass
        assert "Signature" not in str(hub.seen[0])


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ],
    ids=["ssh", "length", "header", "gzip", "chunked", "nothing"],
)
async def test_that_what_is_no_http_is_a_hub_error(answer: bytes) -> None:
    async with (
        raw_server(answer) as endpoint,
        ModelService(endpoint, token=SECRET, delays=()) as service,
    ):
        with pytest.raises(HubError) as caught:
            await service.list_models()
    assert type(caught.value) in {HubFormatError, HubOfflineError}
    assert SECRET not in f"{caught.value} {caught.value.detail}"


async def test_that_a_file_that_stops_arriving_says_so() -> None:
    released = asyncio.Event()

    async def stall(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x")
        await released.wait()
        return response

    async with LoopbackHub() as hub:
        hub.files, hub.large, hub.storage = {"m.onnx": b"x" * 1000}, {"m.onnx"}, stall
        connection = HubConnection(hub.endpoint, RateKeeper(), timeouts=HubTimeouts(read=0.05))
        url = f"{hub.endpoint}/{MODEL}/resolve/main/m.onnx"
        async with open_part(connection, question(url), 0) as file:
            with pytest.raises(HubTimeoutError):
                _ = [chunk async for chunk in file.chunks]
        released.set()
        await connection.close()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (aiohttp.ClientConnectorDNSError, HubOfflineError, "cannot be looked up"),
        (aiohttp.ClientConnectorCertificateError, HubOfflineError, "certificate"),
        (aiohttp.ClientProxyConnectionError, HubOfflineError, "proxy"),
        (aiohttp.ConnectionTimeoutError, HubTimeoutError, "in time"),
        (aiohttp.ServerDisconnectedError, HubOfflineError, "broke off"),
        (aiohttp.InvalidURL, HubFormatError, "as a web server does"),
        (ssl.SSLError, HubOfflineError, "secure connection"),
        (ConnectionResetError, HubOfflineError, "broke off"),
        (ValueError, HubFormatError, "as a web server does"),
    ],
)
async def test_that_every_failing_connection_has_its_words(
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    kind: type[HubError],
    words: str,
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise error.__new__(error)

    async with ModelService(token="", delays=()) as service:
        await service._client.connect()
        monkeypatch.setattr(aiohttp.ClientSession, "_request", fail)
        with pytest.raises(kind, match=words) as caught:
            await service.list_models()
    assert "huggingface.co" in caught.value.message
    assert error.__name__ in caught.value.detail


async def test_that_an_endpoint_that_is_no_address_is_said_when_it_is_used() -> None:
    async with ModelService("hub.lab", token="") as service:
        with pytest.raises(HubRequestError, match="HF_ENDPOINT"):
            await service.list_models()


async def test_that_a_token_sent_back_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=SECRET, delays=()) as service:
        hub.say("/api/models", {"error": f"what is Bearer {SECRET}?"}, status=400)
        with pytest.raises(HubRequestError) as caught:
            await service.list_models()
    assert "(hidden)" in caught.value.detail
    assert SECRET not in f"{caught.value} {caught.value.detail} {caplog.text}"


async def test_that_a_token_does_not_follow_to_another_server() -> None:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=SECRET, delays=()) as service:
        hub.say("/api/models", status=302, headers={"Location": f"{hub.cdn}/api/models"})

        async def answer(_: web.Request) -> web.Response:
            return web.json_response([])

        hub.storage = answer
        assert await service.list_models() == ()
        first, second = hub.seen
        assert "Authorization" in first.headers
        assert second.server == "cdn"
        assert "Authorization" not in second.headers


async def test_that_cancelling_a_question_leaves_a_usable_service() -> None:
    arrived = asyncio.Event()
    released = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        arrived.set()
        await released.wait()
        return web.json_response([])

    async with failing(slow) as service:
        run = asyncio.ensure_future(service.list_models())
        await arrived.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        released.set()
        assert await service.list_models() == ()
