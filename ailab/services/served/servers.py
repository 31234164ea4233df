"""What the view models ask of servers of models."""

from __future__ import annotations

from typing import Protocol

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.served.oip_values import ServerListing


class Servers(Protocol):
    """Servers of models as the view models see them; nothing runs on the caller's thread."""

    async def known(self) -> tuple[str, ...]:
        """Addresses that were connected to before, the last one first."""
        ...

    async def connect(self, address: str) -> ServerListing:
        """Ask a server who it is and which models it has; an address that answers is kept.

        Raises:
            LockedServerError: it asks for an access token, or does not take the one it is sent.
            ServerError: it does not answer, is not ready, or speaks another protocol.
        """
        ...

    async def token(self, address: str) -> AccountFacts:
        """Where the access token of a server comes from, and where one can be kept.

        Raises:
            ServerError: it is no address of a server.
        """
        ...

    async def use_token(self, address: str, token: str, place: TokenPlace) -> TokenOrigin:
        """Keep an access token for a server, and send it to that server alone from now on.

        Raises:
            LockedServerError: the server does not accept it; it is not kept.
            AccountError: it may not go there, or could not be kept, and is not used.
        """
        ...

    async def forget_token(self, address: str) -> None:
        """Send a server no token any more, and remove the one that is kept.

        One from the environment stays there.

        Raises:
            AccountError: it could not be removed; it is not sent any more all the same.
        """
        ...
