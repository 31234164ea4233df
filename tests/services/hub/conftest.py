"""The mock of aiohttp's requests, mended for newer releases of aiohttp."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import aioresponses.core
import pytest
from aiohttp import ClientResponse, StreamReader
from aiohttp.client_proto import ResponseHandler
from aioresponses import aioresponses as Responses  # noqa: N812 - it is a class

# Since aiohttp 3.14; aioresponses 0.7.9 does not know of it.
_TAKES_WRITER = "stream_writer" in inspect.signature(ClientResponse.__init__).parameters


class _Response(ClientResponse):
    """Takes what aioresponses gives it, which leaves out `stream_writer`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _TAKES_WRITER:
            kwargs.setdefault("stream_writer", Mock(output_size=0))
        super().__init__(*args, **kwargs)


def _reader(loop: asyncio.AbstractEventLoop) -> StreamReader:
    return StreamReader(ResponseHandler(loop=loop), limit=2**31, loop=loop)


@pytest.fixture
def hub_mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Responses]:
    """Answers instead of a server; passes on what goes to loopback."""
    monkeypatch.setattr(aioresponses.core, "ClientResponse", _Response)
    monkeypatch.setattr(aioresponses.core, "stream_reader_factory", _reader)
    with Responses(passthrough=["http://127.0.0.1"]) as mock:
        yield mock
