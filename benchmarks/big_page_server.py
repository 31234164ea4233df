"""A Hub in a process of its own whose every list is one page of about 1 MB; prints its address."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

ROWS = 2600


def page() -> bytes:
    """As many rows as make about 1 MB of JSON."""
    return json.dumps(
        [
            {
                "_id": f"{n:024x}",
                "id": f"somebody/a-vision-model-with-a-usual-name-{n}",
                "author": "somebody",
                "gated": False,
                "likes": n,
                "downloads": 10 * n,
                "private": False,
                "pipeline_tag": "image-segmentation",
                "library_name": "transformers",
                "createdAt": "2025-01-01T00:00:00.000Z",
                "lastModified": "2026-01-01T00:00:00.000Z",
                "tags": ["transformers", "onnx", "safetensors", "license:apache-2.0", "region:us"],
            }
            for n in range(ROWS)
        ]
    ).encode()


async def serve() -> None:
    """Serve until the process is ended."""
    body = page()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/models", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port} {len(body)}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
