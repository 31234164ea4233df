"""Proxies on the way to the Hub."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_service import ModelService
from ailab.services.hub.proxy import proxy_for
from loopback_hub import LoopbackHub

SECRET = "hf_secretsecretsecret"
CERTIFICATE = Path(__file__).with_name("self_signed.pem")
ROWS = [{"_id": "1", "id": "o/one"}]


@pytest.fixture(autouse=True)
def no_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)


def test_that_environment_wins_over_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("https://hub.lab/x") is None
    assert proxy_for("https://hub.lab/x", "squid.lab:3128") == "http://squid.lab:3128"
    monkeypatch.setenv("HTTPS_PROXY", "http://env.lab:1")
    assert proxy_for("https://hub.lab/x", "squid.lab:3128") == "http://env.lab:1"
    assert proxy_for("http://hub.lab/x", "squid.lab:3128") == "http://squid.lab:3128"
    monkeypatch.setenv("NO_PROXY", "hub.lab")
    assert proxy_for("https://hub.lab/x", "squid.lab:3128") is None


def test_that_one_proxy_may_serve_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://all.lab:1")
    assert proxy_for("https://hub.lab/x") == "http://all.lab:1"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_that_the_settings_proxy_is_not_for_this_machine(host: str) -> None:
    assert proxy_for(f"http://{host}:5/x", "squid.lab:3128") is None


async def test_that_the_settings_proxy_is_used_and_gets_no_token() -> None:
    async with LoopbackHub() as proxy:
        proxy.say("/api/models", ROWS)
        async with ModelService("http://hub.lab", token=SECRET, proxy=proxy.endpoint) as service:
            assert len(await service.list_models()) == 1
        (seen,) = proxy.seen
        assert seen.headers["Host"] == "hub.lab"
        assert "Authorization" not in seen.headers


@asynccontextmanager
async def tunnels(port: int) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A proxy that makes a tunnel to one port, whoever is asked for; what it was told."""
    told: list[bytes] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.readuntil(b"\r\n\r\n"))
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", told


async def test_that_a_secure_hub_is_reached_through_a_tunnel_that_sees_no_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        return web.json_response(ROWS)

    app = web.Application()
    app.router.add_get("/api/models", answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    hub = TestServer(app, scheme="https")
    await hub.start_server(ssl=context)
    assert hub.port is not None
    async with (
        tunnels(hub.port) as (proxy, told),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session,
        ModelService("https://hub.lab", token=SECRET, session=session) as service,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        assert len(await service.list_models()) == 1
        await session.close()
    await hub.close()
    assert told[0].startswith(b"CONNECT hub.lab:443 ")
    assert SECRET.encode() not in b"".join(told)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "http://proxy.invalid:3128"])
async def test_that_a_proxy_that_is_not_there_is_named(proxy: str) -> None:
    async with ModelService("http://hub.lab", token="", proxy=proxy, delays=()) as service:
        with pytest.raises(HubOfflineError, match=r"proxy on the way to hub\.lab") as caught:
            await service.list_models()
        assert "settings" in caught.value.advice
