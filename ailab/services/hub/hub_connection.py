"""The way to the Hub: the one module, but for its table of failures, that knows aiohttp."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp.abc import ResolveResult
from yarl import URL

from ailab import __version__
from ailab.services.hub.connection_failure import connection_failures
from ailab.services.hub.file_headers import HUB_FILE_HEADERS
from ailab.services.hub.hub_endpoint import is_same_origin, origin_of
from ailab.services.hub.hub_errors import HubError, HubFormatError, HubServerError
from ailab.services.hub.hub_failure import Asked, failure_of, range_failure
from ailab.services.hub.hub_question import HubAnswer, HubQuestion
from ailab.services.hub.hub_timeouts import HubTimeouts
from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.proxy import proxy_for
from ailab.services.hub.public_address import check_public_host, is_public_address, not_public
from ailab.services.hub.rate_keeper import LONGEST_WAIT, RateKeeper
from ailab.services.hub.rate_limit import seconds_to_wait
from ailab.services.hub.redirect import redirect_target, without_query

_log = logging.getLogger(__name__)

CHUNK_BYTES = 2**20
_CHUNK_SECONDS = 0.25
_LARGEST_ERROR = 64 * 2**10
_MOST_REDIRECTS = 10
_MOST_REFUSALS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HubConnection:
    """Requests to one Hub, each failure as a `HubError`.

    Redirects are followed by hand: the token goes to the Hub's own origin alone, and a signed
    address is passed on as it came, since quoting it anew would break its signature. Proxies
    come from the environment and the system, but not passwords from a `.netrc`, which would
    clash with the token.

    Args:
        endpoint: address of the Hub.
        keeper: holds requests back where the Hub's limit is near.
        session: a session to borrow, which stays open; None to own one.
        proxy: used where environment and system name none; empty for none.
        timeouts: how long is waited.
    """

    def __init__(
        self,
        endpoint: str,
        keeper: RateKeeper,
        session: aiohttp.ClientSession | None = None,
        *,
        proxy: str = "",
        timeouts: HubTimeouts | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._keeper = keeper
        self._borrowed = session
        self._owned: dict[bool, aiohttp.ClientSession] = {}  # by whether private hosts are refused
        self._proxy = proxy
        wait = timeouts or HubTimeouts()
        self._transfer_timeout = aiohttp.ClientTimeout(
            total=None, connect=wait.connect, sock_read=wait.read
        )
        self._answer_timeout = aiohttp.ClientTimeout(
            total=wait.answer, connect=wait.connect, sock_read=wait.read
        )

    @asynccontextmanager
    async def ask(self, question: HubQuestion) -> AsyncIterator[HubAnswer]:
        """The answer after all redirects; leaving the context ends the transfer.

        Raises:
            HubError: see `hub_errors`; also from reading the answer's chunks.
        """
        response, told = await self._follow(question)
        if response.status == 403 and told and not self._is_hub(str(response.url)):
            # A signed address that ran out: the Hub gives a fresh one.
            response.release()
            response, told = await self._follow(question)
        try:
            if response.status >= 400:
                raise await self._failure(response, question)
            is_hub = self._is_hub(str(response.url))
            chunks = _chunks(response, question.asked)
            yield HubAnswer(
                response.status, str(response.url), response.headers, told, is_hub, chunks
            )
        finally:
            response.release()

    async def close(self) -> None:
        """Close what is owned; a borrowed session stays open."""
        while self._owned:
            await self._owned.popitem()[1].close()

    async def _follow(self, question: HubQuestion) -> tuple[aiohttp.ClientResponse, dict[str, str]]:
        """The answer at the end of all redirects, and what the Hub told of a file on the way."""
        target = question.url
        told: dict[str, str] = {}
        is_neighbour = False
        for _ in range(_MOST_REDIRECTS):
            is_hub = self._is_hub(target)
            if is_hub:
                response = await self._ask_hub(target, question)
                headers = response.headers
                told |= {name: headers[name] for name in HUB_FILE_HEADERS if name in headers}
            else:
                is_guarded = question.is_foreign and not is_neighbour
                response = await self._send(target, question, is_guarded=is_guarded)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response, told
            response.release()
            target = redirect_target(target, location)
            # The Hub's download server may stand beside it in the same private network.
            is_neighbour = is_hub and _host(target) == _host(self._endpoint)
        raise HubFormatError(
            f"The Hub sends the request for {question.asked.what} in circles.",
            "Try again; if it stays so, check HF_ENDPOINT and the proxy's settings.",
            detail=f"{_MOST_REDIRECTS} redirects from {without_query(question.url)}",
        )

    async def _ask_hub(self, target: str, question: HubQuestion) -> aiohttp.ClientResponse:
        """One answer of the Hub, not faster than it allows; a refusal for that is waited out."""
        for refusals in range(1, _MOST_REFUSALS + 1):
            turn = self._keeper.turn_of(target)
            if turn.seconds > LONGEST_WAIT:
                raise failure_of(429, {"Retry-After": f"{turn.seconds:.0f}"}, b"", question.asked)
            await self._keeper.pause(turn)
            response = await self._send(target, question)
            self._keeper.note(response.headers)
            if response.status != 429 or refusals == _MOST_REFUSALS:
                break
            seconds = seconds_to_wait(response.headers)
            wait = HubWait(2.0**refusals if seconds is None else seconds, is_refused=True)
            if wait.seconds > LONGEST_WAIT:
                break
            response.release()
            await self._keeper.pause(wait)
        return response

    async def _send(
        self, target: str, question: HubQuestion, *, is_guarded: bool = False
    ) -> aiohttp.ClientResponse:
        host = _host(target)
        if is_guarded:
            check_public_host(host)
            if not target.startswith("https:"):
                raise not_public(host)
        headers = {"Accept": "*/*", "User-Agent": f"ailab/{__version__}", **question.headers}
        if question.token is not None:
            headers |= question.token.headers_for(target)
        proxy = await asyncio.to_thread(proxy_for, target, self._proxy)
        limits = self._transfer_timeout if question.is_transfer else self._answer_timeout
        # A proxy looks names up by itself, and may stand in the private network.
        session = self._session(is_guarded=is_guarded and proxy is None)
        with connection_failures(host, question.asked, proxy):
            return await session.get(
                URL(target, encoded=True),
                headers=headers,
                timeout=limits,
                proxy=proxy,
                allow_redirects=False,
                read_bufsize=CHUNK_BYTES,
            )

    def _session(self, *, is_guarded: bool) -> aiohttp.ClientSession:
        if self._borrowed is not None and not is_guarded:
            return self._borrowed
        if is_guarded not in self._owned:
            resolver = _PublicResolver() if is_guarded else None
            self._owned[is_guarded] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=resolver),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._owned[is_guarded]

    def _is_hub(self, url: str) -> bool:
        return is_same_origin(url, self._endpoint)

    async def _failure(self, response: aiohttp.ClientResponse, question: HubQuestion) -> HubError:
        asked = question.asked
        body = bytearray()
        try:
            async for chunk in _chunks(response, asked):
                body += chunk
                if len(body) > _LARGEST_ERROR:
                    break
        except HubError:
            body.clear()
        status = response.status
        detail = f"status {status} from {response.url.host}"
        if self._is_hub(str(response.url)):
            error = failure_of(status, response.headers, bytes(body), asked)
        elif status == 416:
            error = range_failure(asked, detail)
        else:
            error = HubServerError(
                f"The Hub's download server refused {asked.what} (status {status}).",
                "Try again in a few minutes.",
                detail=detail,
            )
        if question.token is not None:
            error.detail = question.token.redact(error.detail)
        _log.info("%s: %s", type(error).__name__, error.detail)
        return error


class _PublicResolver(aiohttp.ThreadedResolver):
    """Looks names up, and refuses those that lead into a private network.

    The connection is made to the very addresses that were looked at, so a name that is answered
    differently the second time gains nothing.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        if not all(is_public_address(result["host"]) for result in found):
            raise not_public(host)
        return found


def _host(url: str) -> str:
    origin = origin_of(url)
    return origin[1] if origin else ""


async def _chunks(response: aiohttp.ClientResponse, asked: Asked) -> AsyncIterator[bytes]:
    """The body in pieces of about 1 MiB, or of what came in a moment where the line is slow.

    What came before a failure is given before the failure is raised.
    """
    clock = asyncio.get_running_loop().time
    pieces: list[bytes] = []
    count, since = 0, clock()
    while True:
        failure: HubError | None = None
        piece = b""
        try:
            with connection_failures(response.url.host or "", asked):
                piece = await response.content.readany()
        except HubError as error:
            failure = error
        if piece:
            pieces.append(piece)
            count += len(piece)
        if pieces and (not piece or count >= CHUNK_BYTES or clock() - since > _CHUNK_SECONDS):
            yield pieces[0] if len(pieces) == 1 else b"".join(pieces)
            pieces.clear()
            count, since = 0, clock()
        if failure is not None:
            raise failure
        if not piece:
            return
