"""Pictures at addresses that a stranger wrote."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ailab.services.hub.hub_connection import _PublicResolver
from ailab.services.hub.hub_errors import HubError, HubFormatError, HubRequestError
from ailab.services.hub.model_service import ModelService
from ailab.services.hub.public_address import check_public_host, is_public_address
from loopback_hub import MODEL, LoopbackHub

SECRET = "hf_secretsecretsecret"
PICTURE = b"\x89PNG" + b"x" * 1000


@asynccontextmanager
async def hub_and_service() -> AsyncIterator[tuple[LoopbackHub, ModelService]]:
    async with LoopbackHub() as hub, ModelService(hub.endpoint, token=SECRET, delays=()) as service:
        hub.files, hub.large = {"preview.png": PICTURE}, {"preview.png"}
        yield hub, service


async def test_that_a_picture_of_the_hub_itself_is_fetched_with_the_token() -> None:
    async with hub_and_service() as (hub, service):
        url = f"{hub.endpoint}/{MODEL}/resolve/main/preview.png"
        assert await service.fetch_image(url) == PICTURE
        at_hub, at_storage = hub.seen
        assert at_hub.headers["Authorization"] == f"Bearer {SECRET}"
        assert at_storage.server == "cdn"
        assert "Authorization" not in at_storage.headers


async def test_that_only_https_is_fetched_from_others() -> None:
    async with hub_and_service() as (hub, service):
        for url in (f"{hub.cdn}/x.png", "http://example.org/x.png", "file:///etc/passwd", "x.png"):
            with pytest.raises(HubRequestError, match="only https"):
                await service.fetch_image(url)
        assert hub.seen == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]"),
        *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost", "a.localhost", "2130706433"),
        *("0x7f.1", "127.1"),
    ],
)
async def test_that_private_networks_are_not_asked(host: str) -> None:
    async with hub_and_service() as (hub, service):
        with pytest.raises(HubRequestError, match="private network"):
            await service.fetch_image(f"https://{host}/x.png")
        assert hub.seen == []


@pytest.mark.parametrize("host", ["1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_that_public_addresses_are(host: str) -> None:
    assert is_public_address(host)
    check_public_host(host)
    check_public_host("cdn-thumbnails.huggingface.co")


async def test_that_a_name_that_leads_into_a_private_network_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = {"public.lab": "1.1.1.1", "rebound.lab": "127.0.0.1"}

    async def look_up(_: Any, host: str, *_a: Any, **_k: Any) -> list[dict[str, str]]:
        return [{"host": answers[host]}]

    monkeypatch.setattr(aiohttp.ThreadedResolver, "resolve", look_up)
    resolver = _PublicResolver()
    assert await resolver.resolve("public.lab", 443, socket.AF_INET)
    with pytest.raises(HubRequestError, match=r"rebound\.lab"):
        await resolver.resolve("rebound.lab", 443, socket.AF_INET)
    async with hub_and_service() as (hub, service):
        with pytest.raises(HubRequestError, match="private network"):
            await service.fetch_image("https://rebound.lab/x.png")
        assert hub.seen == []


async def test_that_the_hub_cannot_send_a_picture_request_into_the_private_network() -> None:
    async with hub_and_service() as (hub, service):
        for target in ("http://10.0.0.1/x.png", "https://10.0.0.1/x.png", "https://localhost/x"):
            hub.say("/x.png", status=302, headers={"Location": target})
            with pytest.raises(HubError):
                await service.fetch_image(f"{hub.endpoint}/x.png")
        assert hub.asked("cdn") == []


async def test_that_a_neighbour_of_the_hub_cannot_send_on_into_the_private_network() -> None:
    async with hub_and_service() as (hub, service):

        async def send_on(_: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": f"{hub.cdn}/secret"})

        hub.storage = send_on
        with pytest.raises(HubRequestError, match="private network"):
            await service.fetch_image(f"{hub.endpoint}/{MODEL}/resolve/main/preview.png")
        assert len(hub.asked("cdn")) == 1


@pytest.mark.parametrize("tells_length", [True, False])
async def test_that_a_picture_has_a_largest_size(tells_length: bool) -> None:
    async with hub_and_service() as (hub, service):

        async def stream(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            if tells_length:
                response.content_length = len(PICTURE)
            await response.prepare(request)
            await response.write(PICTURE)
            return response

        hub.answers["/x.png"] = stream
        url = f"{hub.endpoint}/x.png"
        assert await service.fetch_image(url, most=len(PICTURE)) == PICTURE
        with pytest.raises(HubFormatError, match="larger than"):
            await service.fetch_image(url, most=len(PICTURE) - 1)


async def test_that_a_web_page_is_no_picture() -> None:
    async with hub_and_service() as (hub, service):
        hub.say("/x.png", text="<html>")
        with pytest.raises(HubFormatError, match="web page"):
            await service.fetch_image(f"{hub.endpoint}/x.png")
