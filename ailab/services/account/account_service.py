"""Signing in to the Hub and out of it."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.in_daemon_thread import in_daemon_thread
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.account.token_store import FoundToken, TokenStore
from ailab.services.hub.hub_account import HubAccount
from ailab.services.problem import Problem


class TokenHub(Protocol):
    """The Hub as far as tokens go."""

    @property
    def endpoint(self) -> str:
        """Origin of the Hub, without a slash at its end."""
        ...

    def set_token(self, token: str | None) -> None:
        """Send another access token from now on, or none."""
        ...

    async def who_am_i(self, token: str | None = None) -> HubAccount:
        """Whom a token belongs to; None for the one in use."""
        ...


class AccountService:
    """The person's account: `Accounts` on the Hub and on this computer.

    Args:
        hub: is given the token.
        store: keeps it; None where nothing is to be kept, as in a demonstration.
        origin: where the token comes from that the Hub was given already; None for none.
    """

    def __init__(
        self, hub: TokenHub, store: TokenStore | None, origin: TokenOrigin | None = None
    ) -> None:
        self._hub = hub
        self._store = store
        self._origin = origin

    @property
    def tokens_page(self) -> str:
        """Address of the page on which a person makes access tokens."""
        return f"{self._hub.endpoint}/settings/tokens"

    async def find(self) -> AccountFacts:
        """Look for the person's token, and use it from now on; a key ring takes its time."""
        if self._store is None:
            return AccountFacts(self._origin)
        found, file = await in_daemon_thread(partial(_look, self._store))
        if found.token:
            self._hub.set_token(found.token)
        places = [TokenPlace.KEY_RING, TokenPlace.FILE if file else None, TokenPlace.SESSION]
        return AccountFacts(
            found.origin,
            tuple(place for place in places if place),
            file,
            Problem.of(found.failure) if found.failure else None,
        )

    async def who_am_i(self) -> HubAccount:
        """Whom the token in use belongs to."""
        return await self._hub.who_am_i()

    async def check(self, token: str) -> HubAccount:
        """Whom a token belongs to; it is neither used nor kept."""
        return await self._hub.who_am_i(token.strip())

    async def use(self, token: str, place: TokenPlace) -> TokenOrigin:
        """Keep a token at a place and use it from now on.

        Raises:
            AccountError: it could not be kept there, and is not used.
        """
        token, origin = token.strip(), TokenOrigin(TokenPlace.SESSION)
        if self._store is not None:
            origin = await in_daemon_thread(partial(self._store.keep, token, place))
        self._hub.set_token(token)
        return origin

    async def forget(self, place: TokenPlace) -> None:
        """Use no token any more, and remove it from where it was kept.

        Raises:
            AccountError: it could not be removed; it is not used any more all the same.
        """
        self._hub.set_token(None)
        if self._store is not None:
            await in_daemon_thread(partial(self._store.remove, place))


def _look(store: TokenStore) -> tuple[FoundToken, str]:
    return store.find(), str(store.existing_file() or "")
