"""The way to the Hub: the one module that knows aiohttp."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

import aiohttp
from yarl import URL

from ailab import __version__
from ailab.services.hub.access_token import AccessToken
from ailab.services.hub.file_headers import HUB_FILE_HEADERS, read_file_headers
from ailab.services.hub.hub_endpoint import is_same_origin
from ailab.services.hub.hub_errors import (
    HubError,
    HubFormatError,
    HubOfflineError,
    HubServerError,
    HubTimeoutError,
)
from ailab.services.hub.hub_failure import Asked, failure_of
from ailab.services.hub.hub_urls import next_url
from ailab.services.hub.json_values import load_json
from ailab.services.hub.proxy import proxy_for
from ailab.services.hub.redirect import redirect_target, without_query
from ailab.services.hub.remote_file import RemoteFile

_log = logging.getLogger(__name__)
T = TypeVar("T")

CHUNK_BYTES = 2**20
LARGEST_JSON = 32 * 2**20
_LARGEST_ERROR = 64 * 2**10
_PARSED_AT_ONCE = 64 * 2**10  # bytes of JSON that take about a millisecond
_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HubConnection:
    """Requests to one Hub, each failure as a `HubError`.

    Redirects are followed by hand: the token goes to the Hub's own origin alone, and a signed
    address is passed on as it came, since quoting it anew would break its signature. Proxies
    come from the environment and the system, but not passwords from a `.netrc`, which would
    clash with the token.

    Args:
        endpoint: address of the Hub.
        token: sent to that Hub alone; None for none.
        session: a session to borrow, which stays open; None to own one.
        connect_timeout: seconds to reach the server.
        read_timeout: seconds without a byte from it.
        json_timeout: seconds for a whole answer that is not a file.
    """

    def __init__(
        self,
        endpoint: str,
        token: AccessToken | None = None,
        session: aiohttp.ClientSession | None = None,
        *,
        connect_timeout: float = 15.0,
        read_timeout: float = 30.0,
        json_timeout: float = 60.0,
    ) -> None:
        self._endpoint = endpoint
        self._token = token
        self._borrowed = session
        self._owned: aiohttp.ClientSession | None = None
        self._file_timeout = aiohttp.ClientTimeout(
            total=None, connect=connect_timeout, sock_read=read_timeout
        )
        self._json_timeout = aiohttp.ClientTimeout(
            total=json_timeout, connect=connect_timeout, sock_read=read_timeout
        )

    async def get_json(
        self, url: str, asked: Asked, parse: Callable[[object], T]
    ) -> tuple[T, str | None]:
        """The parsed answer, and the address of the next page where there is one.

        Raises:
            HubError: see `hub_errors`.
        """
        response, _ = await self._follow(url, asked, self._json_timeout, "application/json")
        try:
            if response.status >= 400:
                raise await self._failure(response, asked)
            if response.content_type == "text/html":
                raise _web_page(asked)
            body = await self._read(response, asked, LARGEST_JSON)
        finally:
            response.release()
        if len(body) > LARGEST_JSON:
            raise HubFormatError(
                f"The Hub's answer for {asked.what} is larger than any answer should be.",
                "Check that HF_ENDPOINT names a Hugging Face Hub.",
                detail=f"more than {LARGEST_JSON} bytes",
            )

        def decode() -> T:
            return parse(load_json(body, asked.what))

        value = decode() if len(body) < _PARSED_AT_ONCE else await asyncio.to_thread(decode)
        return value, next_url(response.headers.get("Link", ""), str(response.url))

    @asynccontextmanager
    async def open_file(self, url: str, asked: Asked) -> AsyncIterator[RemoteFile]:
        """A file on its way; leaving the context ends the transfer.

        Raises:
            HubError: see `hub_errors`; also from reading the chunks.
        """
        response, told = await self._follow(url, asked, self._file_timeout)
        if response.status == 403 and not is_same_origin(str(response.url), self._endpoint):
            # A signed address that ran out: the Hub gives a fresh one.
            response.release()
            response, told = await self._follow(url, asked, self._file_timeout)
        try:
            if response.status >= 400:
                raise await self._failure(response, asked)
            is_hub = is_same_origin(str(response.url), self._endpoint)
            headers = read_file_headers(told, response.headers, is_hub=is_hub)
            yield RemoteFile(headers, _chunks(response, asked))
        finally:
            response.release()

    async def close(self) -> None:
        """Close what is owned; a borrowed session stays open."""
        if self._owned is not None:
            await self._owned.close()
            self._owned = None

    async def _follow(
        self, url: str, asked: Asked, limits: aiohttp.ClientTimeout, accept: str = "*/*"
    ) -> tuple[aiohttp.ClientResponse, dict[str, str]]:
        """The answer at the end of all redirects, and what the Hub told of a file on the way."""
        target = URL(url, encoded=True)
        told: dict[str, str] = {}
        for _ in range(_MOST_REDIRECTS):
            response = await self._get(target, asked, limits, accept)
            if is_same_origin(str(target), self._endpoint):
                headers = response.headers
                told |= {name: headers[name] for name in HUB_FILE_HEADERS if name in headers}
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response, told
            response.release()
            target = URL(redirect_target(str(target), location), encoded=True)
        raise HubFormatError(
            f"The Hub sends the request for {asked.what} in circles.",
            "Try again; if it stays so, check HF_ENDPOINT and the proxy's settings.",
            detail=f"{_MOST_REDIRECTS} redirects from {without_query(url)}",
        )

    async def _get(
        self, target: URL, asked: Asked, limits: aiohttp.ClientTimeout, accept: str
    ) -> aiohttp.ClientResponse:
        headers = {"Accept": accept, "User-Agent": f"ailab/{__version__}"}
        if limits is self._file_timeout:
            # Otherwise text comes compressed, without its length.
            headers["Accept-Encoding"] = "identity"
        if self._token is not None:
            headers |= self._token.headers_for(str(target))
        proxy = await asyncio.to_thread(proxy_for, str(target))
        with _failures(target.host or "", asked):
            return await self._session().get(
                target,
                headers=headers,
                timeout=limits,
                proxy=proxy,
                allow_redirects=False,
                read_bufsize=CHUNK_BYTES,
            )

    def _session(self) -> aiohttp.ClientSession:
        if self._borrowed is not None:
            return self._borrowed
        if self._owned is None:
            self._owned = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        return self._owned

    async def _failure(self, response: aiohttp.ClientResponse, asked: Asked) -> HubError:
        try:
            body = await self._read(response, asked, _LARGEST_ERROR)
        except HubError:
            body = b""
        if is_same_origin(str(response.url), self._endpoint):
            error = failure_of(response.status, response.headers, body, asked)
        else:
            error = HubServerError(
                f"The Hub's download server refused {asked.what} (status {response.status}).",
                "Try again in a few minutes.",
                detail=f"status {response.status} from {response.url.host}",
            )
        if self._token is not None:
            error.detail = self._token.redact(error.detail)
        _log.info("%s: %s", type(error).__name__, error.detail)
        return error

    async def _read(self, response: aiohttp.ClientResponse, asked: Asked, most: int) -> bytes:
        """The body, cut off soon after `most` bytes."""
        body = bytearray()
        with _failures(response.url.host or "", asked):
            while len(body) <= most and (piece := await response.content.readany()):
                body += piece
        return bytes(body)


async def _chunks(response: aiohttp.ClientResponse, asked: Asked) -> AsyncIterator[bytes]:
    buffer = bytearray()
    while True:
        with _failures(response.url.host or "", asked):
            piece = await response.content.readany()
        buffer += piece
        if len(buffer) >= CHUNK_BYTES or (buffer and not piece):
            yield bytes(buffer)
            buffer.clear()
        if not piece:
            return


@contextmanager
def _failures(host: str, asked: Asked) -> Iterator[None]:
    """Turn every way in which a connection fails into a `HubError`."""
    try:
        yield
    except (aiohttp.ClientError, OSError, ValueError) as error:
        failure = _connection_failure(error, host, asked)
        _log.info("%s: %s", type(failure).__name__, failure.detail)
        raise failure from error


def _connection_failure(error: Exception, host: str, asked: Asked) -> HubError:
    kind, message, advice = next(
        (kind, message, advice)
        for types, kind, message, advice in _FAILURES
        if isinstance(error, types)
    )
    # The text of some of aiohttp's errors holds a signed address, so it is not passed on.
    cause = getattr(error, "os_error", None)
    detail = f"{type(error).__name__} at {host}" + (f": {cause}" if cause else "")
    return kind(message.format(host=host, what=asked.what), advice, detail=detail)


_RETRY = "Check the network connection, then try again."
_FAILURES: tuple[tuple[tuple[type[Exception], ...], type[HubError], str, str], ...] = (
    ((TimeoutError,), HubTimeoutError, "{host} did not answer in time.", _RETRY),
    (
        (aiohttp.ClientSSLError, ssl.SSLError),
        HubOfflineError,
        "No secure connection to {host} can be made: its certificate is not trusted here.",
        "Check this machine's clock; behind a company's proxy, set SSL_CERT_FILE to its "
        "certificates.",
    ),
    (
        (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError),
        HubOfflineError,
        "The proxy on the way to {host} cannot be used.",
        "Check the proxy in the system's settings or in HTTPS_PROXY.",
    ),
    (
        (aiohttp.ClientConnectorDNSError,),
        HubOfflineError,
        "The name {host} cannot be looked up.",
        _RETRY,
    ),
    ((aiohttp.ClientConnectorError,), HubOfflineError, "{host} cannot be reached.", _RETRY),
    (
        (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError, OSError),
        HubOfflineError,
        "The connection broke off while {host} answered for {what}.",
        _RETRY,
    ),
    (
        (Exception,),
        HubFormatError,
        "{host} did not answer as a web server does.",
        "Check HF_ENDPOINT and the proxy's settings.",
    ),
)
"""What each of aiohttp's failures means; the first that fits counts."""


def _web_page(asked: Asked) -> HubFormatError:
    return HubFormatError(
        f"Instead of {asked.what}, {asked.endpoint} sent a web page.",
        "If this network wants you to sign in first, do so in a web browser; else check that "
        "HF_ENDPOINT names a Hugging Face Hub.",
    )
