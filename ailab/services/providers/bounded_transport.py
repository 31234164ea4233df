"""The way to a provider, of which no answer is longer than it may be."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpx2

from ailab.services.providers.provider_failure import OddAnswerError

LARGEST_ANSWER = 128 * 2**20


class BoundedTransport(httpx2.AsyncBaseTransport):
    """Passes on no more of an answer than a limit, nothing packed, and no redirect.

    A redirect would take the picture to another server than the person was told of.

    Args:
        proxy: address of the proxy; None for none.
        most: bytes that an answer may have; None for `LARGEST_ANSWER`.
    """

    def __init__(self, proxy: str | None, most: int | None = None) -> None:
        context = ssl.create_default_context()
        self._inner = httpx2.AsyncHTTPTransport(verify=context, proxy=proxy, trust_env=False)
        self._most = LARGEST_ANSWER if most is None else most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and look at the head of its answer.

        Raises:
            OddAnswerError: packed, or a redirect; while it is read, too long.
        """
        request.headers["Accept-Encoding"] = "identity"
        response = await self._inner.handle_async_request(request)
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        odd = ""
        if 300 <= response.status_code < 400:
            odd = f"status {response.status_code} leads elsewhere"
        elif packing not in {"", "identity"}:
            odd = "the answer is packed"
        if odd or not isinstance(response.stream, httpx2.AsyncByteStream):
            await response.aclose()
            raise OddAnswerError(odd)
        response.stream = _BoundedStream(response.stream, self._most)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner = inner
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for chunk in self._inner:
            count += len(chunk)
            if count > self._most:
                raise OddAnswerError(f"more than {self._most} bytes")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
