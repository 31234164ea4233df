"""The embedded Hub's pages for people, as far as the lab sends anybody there."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Sequence

from aiohttp import web

from ailab.demo.repo_snapshot import RepoSnapshot


async def model_page(model_id: str, snapshot: RepoSnapshot) -> web.Response:
    """A model's card as it was written."""
    card = snapshot.blobs.get("README.md")
    content = await asyncio.to_thread(card.file.read) if card else b""
    return _page(model_id, f"<pre>{html.escape(content.decode())}</pre>")


def tokens_page(secrets: Sequence[str]) -> web.Response:
    """Instead of a place to make access tokens: those that this Hub takes."""
    items = "".join(f"<li><code>{html.escape(each)}</code>" for each in secrets) or "<li>none"
    return _page("Access tokens", f"<p>This Hub on your computer takes:</p><ul>{items}</ul>")


def _page(title: str, body: str) -> web.Response:
    title = html.escape(title)
    head = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1>"
    return web.Response(text=head + body, content_type="text/html")
