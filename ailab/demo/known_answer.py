"""Answers that the client has already."""

from __future__ import annotations

import base64
import hashlib

from aiohttp import web


def unless_known(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """The answer with an ETag where it is JSON; 304 where the client has it already.

    The ETag is made as the Hub's server makes it: the length, and SHA-1 in Base64.
    """
    if not isinstance(response, web.Response) or response.content_type != "application/json":
        return response
    body = response.body
    if not isinstance(body, bytes):
        return response
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    etag = f'W/"{len(body):x}-{digest.rstrip("=")}"'
    if etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return response
