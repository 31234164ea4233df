"""Servers that answer, and those that do not as they should."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest

from ailab.services.inference.engine_table import SERVED
from ailab.services.inference.inference_errors import ModelFileError, NotDescribedError, SheetError
from ailab.services.inference.sheet_service import SheetService
from ailab.services.served.oip_values import ServedRow
from ailab.services.served.served_error import ServerError
from ailab.services.served.served_models import ServedModels
from loopback_served import LoopbackServed


async def test_that_a_server_tells_its_models_and_is_remembered(
    server: LoopbackServed, served: ServedModels
) -> None:
    listing = await served.connect(f"{server.address.removeprefix('http://')}/v2")
    assert (listing.server, listing.name) == (server.address, "loopback 1.0")
    assert listing.rows == (ServedRow("finder", "1", "READY"),)
    assert await served.known() == (server.address,)


async def test_that_a_server_without_a_list_is_one_all_the_same(served: ServedModels) -> None:
    with LoopbackServed(has_index=False) as server:
        assert (await served.connect(server.address)).rows is None
        server.answers["/v2/models"] = (200, b'{"models": ["a", "..", "b"]}')
        assert (await served.connect(server.address)).rows == (ServedRow("a"), ServedRow("b"))


async def test_that_no_server_there_is_told_with_what_to_do(served: ServedModels) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ServerError, match=f"No server answers at 127.0.0.1:{port}") as caught:
        await served.connect(f"127.0.0.1:{port}")
    assert "Check the address" in caught.value.advice
    assert await served.known() == ()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"/v2": (404, b""), "/v2/health/ready": (404, b"")}, "is no server of the Open"),
        ({"/v2": (200, b"<html>"), "/v2/health/ready": (404, b"")}, "is no server of the Open"),
        ({"/v2": (200, b"[" * 100_000), "/v2/health/ready": (404, b"")}, "is no server of the"),
        ({"/v2/health/ready": (503, b"")}, "is not ready yet"),
        ({"/v2": (302, b"")}, "to another address"),
        ({"/v2": (401, b"")}, "asks for an access token"),
        ({"/v2": (200, b" " * 9 * 2**20)}, "answers with more than 8 MB"),
    ],
)
async def test_that_what_is_no_server_of_models_is_told_so(
    served: ServedModels, answers: dict[str, tuple[int, bytes]], words: str
) -> None:
    with LoopbackServed(answers=answers) as server, pytest.raises(ServerError, match=words):
        await served.connect(server.address)


async def test_that_a_port_that_speaks_no_http_is_told_so(served: ServedModels) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\r\n\r\n")  # as gRPC begins
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        with pytest.raises(ServerError, match="speaks no HTTP"):
            await served.connect(f"127.0.0.1:{port}")
        with pytest.raises(ServerError, match="speaks no https"):
            await served.connect(f"https://127.0.0.1:{port}")


async def test_that_a_server_that_says_nothing_can_be_left(served: ServedModels) -> None:
    heard = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        heard.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        connecting = asyncio.ensure_future(served.connect(f"127.0.0.1:{port}"))
        await heard.wait()
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting


async def test_that_a_model_without_a_sheet_is_described_by_what_the_server_tells(
    server: LoopbackServed, served: ServedModels
) -> None:
    with pytest.raises(NotDescribedError, match="finder") as caught:
        served.open(server.model)
    assert "is sent to the server" in caught.value.by_button
    sheets = SheetService(served.sheet)
    opened = await sheets.open(server.model)
    draft = opened.draft
    assert (draft.task, draft.decoder) == ("object-detection", "detr")
    assert (draft.width, draft.height, draft.layout) == (48, 32, "NCHW")
    assert opened.path == server.model
    assert "Read from the server: layout, size 48 × 32." in opened.notes
    assert "which is sent to the server" in opened.notes[-1]
    await sheets.save(opened.path, draft, None)
    model = served.open(server.model)
    assert (model.name, model.engine, model.address) == ("finder", SERVED, server.model)
    assert (model.task, model.revision) == ("object-detection", "1")
    again = await sheets.open(server.model)
    assert again.is_there
    assert again.draft == draft


def test_that_two_models_never_share_a_sheet(served: ServedModels) -> None:
    addresses = ["http://h/v2/models/a%2Fb", "http://h/v2/models/a_b", "http://h:8/v2/models/a_b"]
    for address in addresses:
        with pytest.raises(ServerError):
            served.open(address.replace("://h", "://256.1.1.1"))
    places = {served.sheet(address)._place for address in addresses}
    assert len(places) == 3


def test_that_a_model_that_is_not_there_or_not_ready_is_told_so(
    server: LoopbackServed, described: ServedModels
) -> None:
    with pytest.raises(ModelFileError, match="has no model called other"):
        described.open(f"{server.address}/v2/models/other")
    with pytest.raises(ModelFileError, match="called finder, version 7"):
        described.open(f"{server.model}/versions/7")
    server.is_model_ready = False
    with pytest.raises(ServerError, match="finder is not ready"):
        described.open(server.model)


@pytest.mark.parametrize(
    "metadata",
    [
        b"no json",
        b"{}",
        b"[" * 100_000,
        b'{"name": "x", "inputs": {}, "outputs": []}',
        b'{"name": "x", "inputs": [{"name": "a", "datatype": "FP32", "shape": [1e9]}]}',
        b'{"name": "x", "inputs": [{"name": "a", "datatype": "FP32", "shape": [-2]}]}',
        b'{"name": "x", "inputs": [{"name": "a\\n", "datatype": "FP32", "shape": []}]}',
        json.dumps(
            {"name": "x", "inputs": [{"name": "a", "datatype": "FP32", "shape": [1] * 99}]}
        ).encode(),
    ],
)
def test_that_a_hostile_description_is_refused(
    server: LoopbackServed, described: ServedModels, metadata: bytes
) -> None:
    server.answers["/v2/models/finder"] = (200, metadata)
    with pytest.raises(ServerError, match="no description of finder"):
        described.open(server.model)


def test_that_a_model_without_inputs_is_told_so(
    server: LoopbackServed, described: ServedModels
) -> None:
    server.answers["/v2/models/finder"] = (200, b'{"name": "finder", "inputs": null}')
    with pytest.raises(ModelFileError, match="does not say what goes into finder"):
        described.open(server.model)


def test_that_a_sheet_that_is_wrong_is_told_so(
    server: LoopbackServed, described: ServedModels, tmp_path: Path
) -> None:
    (sheet,) = (tmp_path / "served").rglob("*.ailab.json")
    sheet.write_text("{}")
    with pytest.raises(SheetError):
        described.open(server.model)


async def test_that_a_damaged_list_of_servers_is_passed_over(
    server: LoopbackServed, served: ServedModels, tmp_path: Path
) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    for text in ("{", "[]", '{"servers": [1]}', '{"servers": ["ftp://x"]}'):
        (folder / "servers.json").write_text(text)
        assert await served.known() == ()
    await served.connect(server.address)
    assert await served.known() == (server.address,)
