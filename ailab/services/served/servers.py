"""What the view models ask of servers of models."""

from __future__ import annotations

from typing import Protocol

from ailab.services.served.oip_values import ServerListing


class Servers(Protocol):
    """Servers of models as the view models see them; nothing runs on the caller's thread."""

    async def known(self) -> tuple[str, ...]:
        """Addresses that were connected to before, the last one first."""
        ...

    async def connect(self, address: str) -> ServerListing:
        """Ask a server who it is and which models it has; an address that answers is kept.

        Raises:
            ServerError: it does not answer, is not ready, or speaks another protocol.
        """
        ...
