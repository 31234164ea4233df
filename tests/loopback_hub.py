"""A Hub of two servers on loopback, which answers as the real one does, or as badly as asked."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODEL = "cells/nuclei"
SIGNATURE = "Policy=a%2Fb%27c%7Ed&Signature=x%2By%3D"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Seen:
    """A request that arrived."""

    server: str
    path: str  # as it came, with its query
    headers: dict[str, str]


class LoopbackHub:
    """The Hub proper and its download server, on two ports.

    `files` are those of the one model, `large` the paths that the download server gives out.
    `answers` holds an answer of its own for a path of the Hub, `storage` one for all of the
    download server.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.large: set[str] = set()
        self.answers: dict[str, Answer] = {}
        self.storage: Answer | None = None
        self.seen: list[Seen] = []
        self._hub = TestServer(self._app("hub", self._answer_hub))
        self._cdn = TestServer(self._app("cdn", self._answer_cdn))

    async def __aenter__(self) -> Self:
        await self._hub.start_server()
        await self._cdn.start_server()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._hub.close()
        await self._cdn.close()

    @property
    def endpoint(self) -> str:
        """Address of the Hub."""
        return str(self._hub.make_url("")).rstrip("/")

    @property
    def cdn(self) -> str:
        """Address of the download server."""
        return str(self._cdn.make_url("")).rstrip("/")

    def say(
        self,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        text: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        kind: str = "text/html",
    ) -> None:
        """Answer a path with JSON, or with a text of some kind."""

        async def answer(_: web.Request) -> web.StreamResponse:
            if text is None:
                return web.json_response(body, status=status, headers=headers)
            data = text.encode() if isinstance(text, str) else text
            return web.Response(body=data, status=status, headers=headers, content_type=kind)

        self.answers[path] = answer

    def asked(self, server: str = "hub") -> list[str]:
        """The paths that a server was asked for."""
        return [seen.path for seen in self.seen if seen.server == server]

    def details(self) -> dict[str, Any]:
        """The model's details, with sizes and checksums."""
        return {
            "_id": "6390d9f33de76d60299acbe0",
            "id": MODEL,
            "sha": COMMIT,
            "pipeline_tag": "image-segmentation",
            "tags": ["onnx", "license:mit"],
            "siblings": [self._sibling(path, data) for path, data in self.files.items()],
        }

    def _sibling(self, path: str, data: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {"rfilename": path, "size": len(data), "blobId": git_sha1(data)}
        if path in self.large:
            row["lfs"] = {"sha256": sha256(data), "size": len(data), "pointerSize": 134}
        return row

    def _app(self, name: str, handler: Answer) -> web.Application:
        async def note(request: web.Request) -> web.StreamResponse:
            self.seen.append(Seen(name, request.raw_path, dict(request.headers)))
            return await handler(request)

        app = web.Application()
        app.router.add_get("/{path:.*}", note)
        return app

    async def _answer_hub(self, request: web.Request) -> web.StreamResponse:
        if answer := self.answers.get(request.path):
            return await answer(request)
        if request.path.startswith(f"/api/models/{MODEL}"):
            return web.json_response(self.details())
        if request.path.startswith("/api/resolve-cache/"):
            data = self.files[request.path.partition(f"{COMMIT}/")[2]]
            named = {"ETag": f'"{git_sha1(data)}"', "X-Repo-Commit": COMMIT}
            return _part_of(request, data, named)
        for prefix in (f"/{MODEL}/resolve/{COMMIT}/", f"/{MODEL}/resolve/main/"):
            if request.path.startswith(prefix):
                return self._resolve(request.path.removeprefix(prefix))
        return web.json_response({"error": "Not found"}, status=404)

    def _resolve(self, path: str) -> web.StreamResponse:
        if path not in self.files:
            return web.Response(
                status=404,
                text="Entry not found",
                headers={"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"},
            )
        if path not in self.large:
            to = f"/api/resolve-cache/models/{MODEL}/{COMMIT}/{path}?%2Fa%2Fb=&etag=%22x%22"
            return web.Response(status=307, text="Temporary Redirect.", headers={"Location": to})
        data = self.files[path]
        told = {
            "Location": f"{self.cdn}/store/{path}?{SIGNATURE}",
            "X-Repo-Commit": COMMIT,
            "X-Linked-Size": str(len(data)),
            "X-Linked-ETag": f'"{sha256(data)}"',
        }
        return web.Response(status=302, headers=told)

    async def _answer_cdn(self, request: web.Request) -> web.StreamResponse:
        if self.storage is not None:
            return await self.storage(request)
        if not request.raw_path.endswith(f"?{SIGNATURE}"):
            return web.Response(status=403, text="<Error>SignatureDoesNotMatch</Error>")
        data = self.files[request.path.removeprefix("/store/")]
        return _part_of(request, data, {"ETag": f'"{"e" * 64}"'})


def _part_of(request: web.Request, data: bytes, headers: dict[str, str]) -> web.Response:
    """All of a file, or from the byte on that was asked for."""
    start = request.http_range.start or 0
    if not start:
        return web.Response(body=data, headers=headers)
    if start >= len(data):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    told = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
    return web.Response(status=206, body=data[start:], headers=headers | told)


def sha256(data: bytes) -> str:
    """Checksum of a large file."""
    return hashlib.sha256(data).hexdigest()


def git_sha1(data: bytes) -> str:
    """Checksum of a small file."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
