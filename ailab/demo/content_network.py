"""The embedded Hub's second origin, which large files are redirected to (the CDN)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time

from aiohttp import web

from ailab.demo.file_answer import send_file
from ailab.demo.repo_snapshot import Blob


class ContentNetwork:
    """Serves large files at addresses that are signed and expire.

    The signature covers the address as it was written, so a client that decodes and re-encodes
    its percent signs is refused, as it is by the real one. An access token must never get here:
    a request that carries one is refused.

    Attributes:
        url: its origin; empty until it is known.
        signature_lifetime: seconds that an address is valid.
        cut_after: bytes after which the next answers break off; None lets them through.
    """

    def __init__(self, signature_lifetime: float) -> None:
        self.url = ""
        self.signature_lifetime = signature_lifetime
        self.cut_after: int | None = None
        self._secret = secrets.token_bytes(32)
        self._blobs: dict[str, Blob] = {}

    def signed_url(self, blob: Blob, repo_key: str) -> str:
        """An address for the blob's content, valid for `signature_lifetime` seconds."""
        path = f"/xet-bridge-us/{repo_key}/{blob.xet_hash}"
        self._blobs[path] = blob
        name = blob.file.path.rpartition("/")[2]
        query = (
            f"response-content-disposition=inline%3B+filename*%3DUTF-8%27%27{name}%3B"
            "&X-Xet-Cas-Uid=public&user_id=public%2Fanonymous%7E1"
            f"&Expires={int(time.time() + self.signature_lifetime)}"
        )
        return f"{self.url}{path}?{query}&Signature={self._sign(path, query)}"

    def expire_signatures(self) -> None:
        """Make every address given out so far invalid."""
        self._secret = secrets.token_bytes(32)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET or HEAD."""
        path, _, query = request.raw_path.partition("?")
        query, _, signature = query.partition("&Signature=")
        if "Authorization" in request.headers:
            return web.Response(status=400, text="Only one auth mechanism allowed")
        if not hmac.compare_digest(signature, self._sign(path, query)):
            return web.Response(status=403, text="Access denied: the signature does not match")
        if int(query.rpartition("Expires=")[2]) <= time.time():
            return web.Response(status=403, text="Access denied: the address has expired")
        blob = self._blobs[path]
        headers = {"ETag": f'"{blob.xet_hash}"', "Cache-Control": "public, max-age=31536000"}
        return await send_file(request, blob.file, headers, cut_after=self.cut_after)

    def _sign(self, path: str, query: str) -> str:
        digest = hmac.digest(self._secret, f"{path}?{query}".encode(), hashlib.sha256)
        # Percent signs in the signature itself too: `=` and `/` of Base64.
        return base64.b64encode(digest).decode().replace("=", "%3D").replace("/", "%2F")
