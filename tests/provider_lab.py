"""A router of Inference Providers on loopback, which answers as the real one does, or badly.

The shapes are those of the Hub's task schemas, as HF Inference answers.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from ailab.services.hub.access_token import AccessToken
from ailab.services.providers.provider_router import ProviderRouter

TOKEN = "hf_secretOfNobody"
HUB = "http://127.0.0.1:1"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """What was sent as JSON."""
        return json.loads(self.body)

    @property
    def picture(self) -> Image.Image:
        """The picture that was sent."""
        data = self.body
        if self.headers.get("Content-Type") == "application/json":
            data = base64.b64decode(json.loads(self.body)["inputs"])
        return Image.open(io.BytesIO(data))

    @property
    def parameters(self) -> dict[str, Any]:
        """What was asked for beside the picture."""
        parameters: dict[str, Any] = json.loads(self.body)["parameters"]
        return parameters


class LoopbackRouter:
    """Answers one model's requests; `answers` are given in turn, the last one again and again."""

    def __init__(self, *answers: object) -> None:
        self.answers: list[object] = list(answers)
        self.asked: list[Asked] = []
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(app)
        self._port: int | None = None

    @property
    def address(self) -> str:
        """The router's address."""
        return f"http://127.0.0.1:{self._port}"

    def router(self, token: str = TOKEN) -> ProviderRouter:
        """The way to this router, for a Hub on this machine."""
        held = AccessToken(token, HUB) if token else None
        return ProviderRouter(
            HUB, lambda url: held.for_router(url) if held else "", address=self.address
        )

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        self._port = self._server.port
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path, dict(request.headers), await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            response: web.StreamResponse = await answer(request)
            return response
        if isinstance(answer, int):
            return web.json_response({"error": f"refused for {TOKEN}"}, status=answer)
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/octet-stream")
        return web.json_response(answer)


def chat(content: object, reason: object = "stop", **others: object) -> dict[str, Any]:
    """An answer of a model that chats, as every provider gives it."""
    message = {"role": "assistant", "content": content, **others}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "cells/nuclei",
        "choices": [{"index": 0, "finish_reason": reason, "message": message}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def png(image: Image.Image, kind: str = "PNG") -> bytes:
    """A picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def mask(size: tuple[int, int], box: tuple[int, int, int, int], grey: int = 255) -> str:
    """A mask as providers send it: a grey PNG in base64."""
    image = Image.new("L", size, 0)
    image.paste(grey, box)
    return base64.b64encode(png(image)).decode()


def picture(folder: Path, name: str = "cells.png", size: tuple[int, int] = (40, 30)) -> str:
    """A picture on the disk."""
    path = folder / name
    Image.new("RGB", size, (200, 30, 60)).save(path)
    return str(path)
