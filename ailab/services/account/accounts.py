"""What the view models ask of the person's account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_account import HubAccount
from ailab.services.problem import Problem


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is known before the Hub was asked.

    Attributes:
        origin: where the token in use comes from; None where there is none.
        places: where a new token can be kept, the best one first.
        token_file: path of the Hugging Face token file; empty where there is none.
        problem: why the key ring could not be asked; None where it could.
    """

    origin: TokenOrigin | None = None
    places: tuple[TokenPlace, ...] = (TokenPlace.SESSION,)
    token_file: str = ""
    problem: Problem | None = None


class Accounts(Protocol):
    """Signing in and out; every method raises `LabError`."""

    @property
    def tokens_page(self) -> str:
        """Address of the page on which a person makes access tokens."""
        ...

    async def find(self) -> AccountFacts:
        """Look for the person's token, and use it from now on."""
        ...

    async def who_am_i(self) -> HubAccount:
        """Whom the token in use belongs to."""
        ...

    async def check(self, token: str) -> HubAccount:
        """Whom a token belongs to; it is neither used nor kept."""
        ...

    async def use(self, token: str, place: TokenPlace) -> TokenOrigin:
        """Keep a token at a place and use it from now on.

        Raises:
            AccountError: it could not be kept there, and is not used.
        """
        ...

    async def forget(self, place: TokenPlace) -> None:
        """Use no token any more, and remove it from where it was kept.

        One from the environment stays there.
        """
        ...
