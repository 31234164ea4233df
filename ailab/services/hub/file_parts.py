"""Files and parts of files, by the rules of HTTP ranges (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.services.hub.file_headers import read_file_headers
from ailab.services.hub.file_places import FilePlaces
from ailab.services.hub.hub_errors import HubError, HubFormatError, HubRangeError
from ailab.services.hub.hub_question import HubAnswer, HubQuestion
from ailab.services.hub.remote_file import RemoteFile

if TYPE_CHECKING:
    from ailab.services.hub.hub_connection import HubConnection

MOST_READ_PAST = 32 * 2**20
"""Bytes that are read and thrown away where a server gives no parts."""

_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.ASCII)


@asynccontextmanager
async def open_part(
    connection: HubConnection, question: HubQuestion, start: int
) -> AsyncIterator[RemoteFile]:
    """A file on its way, from a byte on; leaving the context ends the transfer.

    Raises:
        HubError: see `hub_errors`; also from reading the chunks.
    """
    wanted = f"bytes={start}-" if start else ""
    async with connection.ask(_for_content(question, wanted, is_transfer=True)) as answer:
        begins = _start_of(answer, question, start)
        headers = read_file_headers(answer.told, answer.headers, is_hub=answer.is_hub)
        yield RemoteFile(headers, answer.chunks, begins)


async def read_part(
    connection: HubConnection, question: HubQuestion, start: int, most: int, places: FilePlaces
) -> bytes:
    """At most `most` bytes from `start` on; fewer where the file ends.

    Args:
        connection: the way to the Hub.
        question: asks for the file.
        start: the first byte.
        most: at least 1.
        places: where other parts of the file came from, which is asked first. An address that
            ran out, or fails otherwise, is asked for anew.

    Raises:
        HubError: see `hub_errors`.
    """
    known = places.find(question)
    try:
        if known is not None:
            try:
                return await _read_at(connection, known, start, most)
            except HubRangeError:
                raise
            except HubError:
                places.forget(question)
        return await _read_at(connection, question, start, most, places)
    except HubRangeError:
        return b""


async def _read_at(
    connection: HubConnection,
    question: HubQuestion,
    start: int,
    most: int,
    places: FilePlaces | None = None,
) -> bytes:
    wanted = f"bytes={start}-{start + most - 1}"
    async with connection.ask(_for_content(question, wanted, is_transfer=False)) as answer:
        before = start - _start_of(answer, question, start)
        if before > MOST_READ_PAST:
            raise HubFormatError(
                f"The Hub gives {question.asked.what} only as a whole, which is too much to "
                "read for a part of it.",
                "Download the model to look into it.",
            )
        body = await answer.read(before + most - 1)
        if places is not None:
            places.keep(question, answer)
    return body[before : before + most]


def _for_content(question: HubQuestion, wanted: str, *, is_transfer: bool) -> HubQuestion:
    # Otherwise text comes compressed: without its length, and never in parts.
    headers = {"Accept-Encoding": "identity"}
    if wanted:
        headers["Range"] = wanted
    return replace(question, headers=headers, is_transfer=is_transfer)


def _start_of(answer: HubAnswer, question: HubQuestion, start: int) -> int:
    """The byte that an answer begins at: the one asked for, or 0."""
    if answer.status != 206:
        return 0
    told = answer.headers.get("Content-Range", "")
    found = _CONTENT_RANGE.fullmatch(told.strip())
    whole = answer.told.get("X-Linked-Size") or (found and found[3])
    is_right = (
        found is not None
        and int(found[1]) == start <= int(found[2])
        and (found[3] == "*" or (found[3] == whole and int(found[2]) < int(found[3])))
    )
    if is_right:
        return start
    raise HubFormatError(
        f"The Hub sent another part of {question.asked.what} than the one asked for.",
        "Try again; if it stays so, a proxy on the way may be at fault.",
        detail=f"asked for byte {start}, got {told[:100]!r}",
    )
