"""The embedded Hub with its own catalogue, for a lab without a network."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ailab.services.hub.access_token import environment_token

if TYPE_CHECKING:
    from ailab.demo.hub_server import HubServer


class DemoHub:
    """`async with DemoHub() as hub:` serves the catalogue at `hub.url`, in the same loop.

    The server is imported and the catalogue read in a thread, when it is entered.
    """

    def __init__(self) -> None:
        self._server: HubServer | None = None

    @property
    def url(self) -> str:
        """The Hub's origin, without a slash at its end; empty before it was entered."""
        return self._server.url if self._server else ""

    @property
    def pictures(self) -> Path:
        """The folder of sample pictures."""
        return Path(__file__).resolve().parent / "pictures"

    @property
    def token(self) -> str:
        """The demo's own token that the environment names; empty where it names another's.

        A person's own token is never sent to the demo.
        """
        from ailab.demo.catalogue import DEMO_TOKENS  # noqa: PLC0415 - imported by entering

        _, token = environment_token()
        return token if token in DEMO_TOKENS else ""

    async def __aenter__(self) -> DemoHub:
        self._server = await asyncio.to_thread(_make_server)
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            await self._server.__aexit__(kind, error, traceback)


def _make_server() -> HubServer:
    # Here and not above: the lab's window opens without waiting for aiohttp.
    from ailab.demo.catalogue import DEMO_TOKENS, demo_catalogue  # noqa: PLC0415
    from ailab.demo.hub_server import HubServer  # noqa: PLC0415

    return HubServer(demo_catalogue(), tokens=DEMO_TOKENS)
