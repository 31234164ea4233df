"""An embedded Hub on loopback: the real one's API for the models it is given.

Answers follow the Hub's own in statuses, headers and wording, so that whatever works with this
server, `huggingface_hub` included, works with the real one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from aiohttp import web

from ailab.demo.content_network import ContentNetwork
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.demo_token import DemoToken
from ailab.demo.hub_api import HubApi
from ailab.demo.repo_snapshot import RepoSnapshot

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Interceptor = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""May answer a request to either origin itself, or delay it; None lets the server answer."""


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came: to which origin, what was asked, and the headers sent with it."""

    origin: str
    method: str
    target: str
    headers: Mapping[str, str]


class HubServer:
    """The embedded Hub: `async with HubServer(repos) as hub:` serves at `hub.url`.

    It listens on two ports of 127.0.0.1, the Hub's and the content network's, in the loop that
    entered it. Files are read and hashed in threads when they are first asked for.

    Attributes:
        url: the Hub's origin, without a slash at its end; empty before it listens.
        network: the content network, whose origin is `network.url`.
        requests: every request received, oldest first.
        intercept: see `Interceptor`; None for a server that answers all by itself.
    """

    def __init__(
        self,
        repos: Sequence[DemoRepo],
        *,
        tokens: Mapping[str, DemoToken | frozenset[str]] | None = None,
        quotas: Mapping[str, int] | None = None,
        signature_lifetime: float = 3600.0,
        intercept: Interceptor | None = None,
    ) -> None:
        """Take the catalogue.

        Args:
            repos: the models.
            tokens: the access tokens that are valid, by their secret; a set is short for a
                `DemoToken` that may read the gated models of these ids. None by default.
            quotas: requests per five minutes of each caller, by bucket (`api`, `resolvers`,
                `pages`), where they differ from the Hub's.
            signature_lifetime: seconds that an address of the content network is valid.
            intercept: see `Interceptor`.
        """
        self.url = ""
        self.network = ContentNetwork(signature_lifetime)
        self.requests: list[ReceivedRequest] = []
        self.intercept = intercept
        known = {
            secret: each if isinstance(each, DemoToken) else DemoToken(may_read=each)
            for secret, each in (tokens or {}).items()
        }
        self._api = HubApi(repos, self.network, known, quotas or {})
        self._runners: list[web.AppRunner] = []

    async def __aenter__(self) -> HubServer:
        self.network.url = await self._listen(self.network.handle)
        self.url = await self._listen(self._api.handle, self._api.add_headers)
        self._api.url = self.url
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    async def snapshot(self, model_id: str, ref: str = "main") -> RepoSnapshot:
        """The files of a model at a branch or tag, with their hashes."""
        return await self._api.snapshot(model_id, ref)

    async def _listen(
        self,
        handler: Handler,
        on_prepare: Callable[[web.Request, web.StreamResponse], Awaitable[None]] | None = None,
    ) -> str:
        async def receive(request: web.Request) -> web.StreamResponse:
            origin, headers = f"http://{request.host}", request.headers.copy()
            received = ReceivedRequest(origin, request.method, request.raw_path, headers)
            self.requests.append(received)
            answer = await self.intercept(request) if self.intercept else None
            return await handler(request) if answer is None else answer

        application = web.Application()
        application.router.add_get("/{target:.*}", receive)
        if on_prepare:
            application.on_response_prepare.append(on_prepare)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"
