"""Tests of the moment by which a server's answer has to be there."""

from __future__ import annotations

import asyncio

import pytest

from ailab.services.served.oip_connection import OipConnection
from ailab.services.served.served_error import ServerError

SILENT = 0.2


@pytest.mark.parametrize(
    ("begin", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["goes on and on", "trailers"],
)
async def test_that_an_answer_that_never_ends_is_given_up_in_time(
    begin: bytes, again: bytes
) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(begin)
        try:
            while True:
                writer.write(again * 100)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = OipConnection(f"http://127.0.0.1:{port}", seconds=SILENT)
        with pytest.raises(ServerError, match="gave no answer in time"):
            await asyncio.wait_for(asyncio.to_thread(connection.get, "/v2"), 20)


async def test_that_each_answer_of_a_kept_connection_has_its_own_time() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = OipConnection(f"http://127.0.0.1:{port}", seconds=15)
        answers = [await asyncio.to_thread(connection.get, "/v2") for _ in range(3)]
        connection.close()
    assert [each.body for each in answers] == [b"{}"] * 3
