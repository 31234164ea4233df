"""Every way in which asking a Hub for JSON can fail, each against a real server on loopback."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ailab.services.hub import hub_client
from ailab.services.hub.hub_errors import (
    GatedModelError,
    HubError,
    HubFormatError,
    HubOfflineError,
    HubRangeError,
    HubRequestError,
    HubServerError,
    HubTimeoutError,
    ModelNotFoundError,
    RateLimitError,
)
from ailab.services.hub.hub_timeouts import HubTimeouts
from ailab.services.hub.model_service import ModelService
from ailab.services.hub.rate_keeper import RateKeeper

MODEL = "cells/nuclei"
SECRET = "hf_secretsecretsecret"
CERTIFICATE = Path(__file__).with_name("self_signed.pem")
SHORT = HubTimeouts(connect=0.3, read=0.3, answer=0.6)
DELAYS = (0.0, 0.0)  # so a failure that may pass is met three times

LINGER = "hh" if os.name == "nt" else "ii"  # closed at once, so the client sees a reset

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(talk: Talk, *, is_secure: bool = False) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that says what it likes; its address and the requests it got."""
    heads: list[bytes] = []
    talks: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())
        try:
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client has left
        finally:
            writer.close()

    context = None
    if is_secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if is_secure else 'http'}://127.0.0.1:{port}", heads
    finally:
        listening.close()
        await asyncio.gather(*filter(None, talks))


def head(status: str = "200 OK", *lines: str) -> bytes:
    kind = "Content-Type: application/json"
    return "\r\n".join([f"HTTP/1.1 {status}", kind, "Connection: close", *lines, "", ""]).encode()


def says(answer: bytes) -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return server(talk)


@asynccontextmanager
async def nowhere(endpoint: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    yield endpoint, []


def refused() -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return nowhere(f"http://127.0.0.1:{free.getsockname()[1]}")


def with_unknown_certificate() -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head())

    return server(talk, is_secure=True)


@asynccontextmanager
async def without_tls() -> AsyncIterator[tuple[str, list[bytes]]]:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.lab\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}", []


@asynccontextmanager
async def mute_before_tls() -> AsyncIterator[tuple[str, list[bytes]]]:
    """Accepts the connection and never shows its certificate."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}", []


def mute() -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client gives up

    return server(talk)


def dripping() -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head("200 OK", "Content-Length: 100000"))
        while not writer.transport.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    return server(talk)


def reset() -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head("200 OK", "Content-Length: 100000") + b'[{"id": "a/b"}, ')
        await writer.drain()
        raw = writer.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
        writer.transport.abort()

    return server(talk)


def refusing(status: str, *lines: str) -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    return says(head(status, "Content-Length: 0", *lines))


def circle() -> AbstractAsyncContextManager[tuple[str, list[bytes]]]:
    return refusing("302 Found", "Location: /api/models")


@dataclass(frozen=True)
class Fault:
    """What the Hub does, what the person is told, and how often it is asked."""

    server: Callable[[], AbstractAsyncContextManager[tuple[str, list[bytes]]]]
    kind: type[HubError]
    words: str
    asked: int = 1
    is_offline: bool = False


BODY = b'[{"id": "a/b"}]'
FAULTS = {
    "DNS failure": Fault(
        lambda: nowhere("http://hub.invalid"), HubOfflineError, "cannot be looked up", 0, True
    ),
    "refused": Fault(refused, HubOfflineError, "cannot be reached", 0, True),
    "TLS: unknown certificate": Fault(
        with_unknown_certificate, HubOfflineError, "certificate is not trusted", 0, True
    ),
    "TLS: none": Fault(without_tls, HubOfflineError, "secure connection", 0, True),
    "connect timeout": Fault(mute_before_tls, HubTimeoutError, "did not answer in time", 0, True),
    "read timeout": Fault(mute, HubTimeoutError, "did not answer in time", 1, True),
    "slow drip": Fault(dripping, HubTimeoutError, "did not answer in time", 1, True),
    # aiohttp asks once more by itself where a connection ends without a byte.
    "hung up before an answer": Fault(lambda: says(b""), HubOfflineError, "broke off", 6, True),
    "reset in the middle": Fault(reset, HubOfflineError, "broke off", 3, True),
    "truncated": Fault(
        lambda: says(head("200 OK", "Content-Length: 1000") + BODY),
        HubOfflineError,
        "broke off",
        3,
        True,
    ),
    "truncated, without a length": Fault(
        lambda: says(head() + BODY[:-1]), HubFormatError, "not the JSON"
    ),
    "truncated, in chunks": Fault(
        lambda: says(head("200 OK", "Transfer-Encoding: chunked") + b"f\r\n" + BODY),
        HubOfflineError,
        "broke off",
        3,
        True,
    ),
    "length too small": Fault(
        lambda: says(head("200 OK", "Content-Length: 7") + BODY), HubFormatError, "as a web server"
    ),
    "over-long": Fault(
        lambda: says(head() + b"[" + b" " * 200_000 + b"]"), HubFormatError, "larger than"
    ),
    "HTML": Fault(
        lambda: says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Sign in</html>"),
        HubFormatError,
        "sent a web page",
    ),
    "HTML said to be JSON": Fault(
        lambda: says(head() + b"<html>Sign in</html>"), HubFormatError, "not the JSON"
    ),
    "another kind of JSON": Fault(lambda: says(head() + b'"text"'), HubFormatError, "did not"),
    "no HTTP": Fault(lambda: says(b"SSH-2.0-OpenSSH_9\r\n\r\n"), HubFormatError, "as a web server"),
    "400": Fault(lambda: refusing("400 Bad Request"), HubRequestError, "status 400"),
    "401": Fault(lambda: refusing("401 Unauthorized"), ModelNotFoundError, "it is private"),
    "403": Fault(lambda: refusing("403 Forbidden"), GatedModelError, "does not give you"),
    "404": Fault(lambda: refusing("404 Not Found"), ModelNotFoundError, "no model cells/nuclei"),
    "416": Fault(lambda: refusing("416 Range"), HubRangeError, "shorter on the Hub"),
    "429": Fault(
        lambda: refusing("429 Too Many", 'RateLimit: "api";r=0;t=9'), RateLimitError, "pause", 3
    ),
    "429 without end": Fault(
        lambda: refusing("429 Too Many", "Retry-After: 86400"), RateLimitError, "pause", 1
    ),
    "500": Fault(lambda: refusing("500 Error"), HubServerError, "status 500", 3),
    "503": Fault(lambda: refusing("503 Busy"), HubServerError, "status 503", 3),
    "redirect loop": Fault(circle, HubFormatError, "in circles", 10),
    "redirect to nowhere": Fault(
        lambda: refusing("302 Found", "Location: ftp://x"), HubFormatError, "not safe to follow"
    ),
}


async def no_sleep(_: float) -> None:
    await asyncio.sleep(0)


@pytest.mark.parametrize("name", FAULTS)
async def test_that_each_fault_is_told_and_asked_again_only_where_it_may_pass(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_client, "LARGEST_JSON", 100_000)
    fault = FAULTS[name]
    keeper = RateKeeper(sleep=no_sleep)
    async with (
        fault.server() as (endpoint, heads),
        ModelService(
            endpoint, token=SECRET, keeper=keeper, delays=DELAYS, timeouts=SHORT
        ) as service,
    ):
        with pytest.raises(HubError) as caught:
            await service.get_model_info(MODEL)
    error = caught.value
    assert type(error) is fault.kind
    assert fault.words in error.message
    assert error.is_offline is fault.is_offline
    assert error.advice.endswith(".")
    assert SECRET not in f"{error} {error.detail}"
    assert fault.asked == len(heads)


async def test_that_a_hub_that_comes_back_is_answered_for() -> None:
    answers = [head("503 Busy", "Content-Length: 0"), b"", head() + b'{"id": "cells/nuclei"}']

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop(0))
        await writer.drain()

    async with (
        server(talk) as (endpoint, heads),
        ModelService(endpoint, token="", delays=DELAYS) as service,
    ):
        assert (await service.get_model_info(MODEL)).info.id == MODEL
        assert len(heads) == 3


async def test_that_the_token_does_not_follow_to_another_origin() -> None:
    async with (
        says(head() + b'{"id": "cells/nuclei"}') as (elsewhere, heads_there),
        refusing("307 Away", f"Location: {elsewhere}/x") as (endpoint, heads_here),
        ModelService(endpoint, token=SECRET, delays=DELAYS) as service,
    ):
        await service.get_model_info(MODEL)
        assert SECRET.encode() in heads_here[0]
        assert SECRET.encode() not in heads_there[0]
        assert b"authorization" not in heads_there[0].lower()
