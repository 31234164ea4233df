"""Sending a file over HTTP: whole, a part of it (206), or its headers alone."""

from __future__ import annotations

import asyncio
import re

from aiohttp import web

from ailab.demo.demo_file import DemoFile

_CHUNK = 256 * 1024


async def send_file(
    request: web.Request,
    file: DemoFile,
    headers: dict[str, str],
    *,
    is_text: bool = False,
    cut_after: int | None = None,
) -> web.StreamResponse:
    """Answer a GET or HEAD with a file's bytes, read in a thread.

    Args:
        request: what is answered.
        file: the file.
        headers: further headers of the answer, `ETag` among them.
        is_text: the Hub compresses text for a client that takes it, whatever part of it was
            asked for, and then doesn't tell its length.
        cut_after: bytes after which the connection is dropped; None sends all.
    """
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return web.Response(status=304, headers=headers)
    size = await asyncio.to_thread(lambda: file.size)
    start, end = 0, size
    if is_text and request.method == "GET" and "gzip" in request.headers.get("Accept-Encoding", ""):
        packed = web.Response(
            body=await asyncio.to_thread(file.read),
            headers={"Content-Type": "text/plain; charset=utf-8"} | headers,
        )
        packed.enable_chunked_encoding()
        packed.enable_compression(web.ContentCoding.gzip)
        return packed
    headers = {"Content-Type": "application/octet-stream"} | headers
    wanted = request.headers.get("Range")
    if wanted and request.headers.get("If-Range", headers["ETag"]) != headers["ETag"]:
        wanted = None  # another content than the one that the client has the beginning of
    if wanted:
        part = _range(wanted, size)
        if part is None:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{size}"})
        start, end = part
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers |= {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    response = web.StreamResponse(status=206 if wanted else 200, headers=headers)
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    last = end if cut_after is None else min(end, start + cut_after)
    while start < last:
        chunk = await asyncio.to_thread(file.read, start, min(_CHUNK, last - start))
        await response.write(chunk)
        start += len(chunk)
    if last < end and request.transport is not None:
        request.transport.close()
        return response
    await response.write_eof()
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where the range can't be satisfied."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else None
