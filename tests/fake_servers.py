"""A server of models in memory, driven by the test."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.lab_error import LabError
from ailab.services.served.oip_values import ServedRow, ServerListing
from ailab.services.served.served_address import parse_server
from ailab.services.served.served_error import LockedServerError, ServerError
from fakes import Gate

ROWS = (
    ServedRow("yolox", "1", "READY"),
    ServedRow("segformer-b0-finetuned-ade-512-512", "1", "READY"),
    ServedRow("depth", "1", "UNAVAILABLE", "loading"),
)


class FakeServers:
    """One server; `failure` is raised by connecting where set, `token_failure` about its token.

    `wants` is the one token that it accepts, where set.
    """

    def __init__(self) -> None:
        self.gate = Gate()
        self.failure: ServerError | None = None
        self.rows: tuple[ServedRow, ...] | None = ROWS
        self.addresses: tuple[str, ...] = ()
        self.asked: list[str] = []
        self.wants = ""
        self.token_failure: LabError | None = None
        self.facts = AccountFacts(places=(TokenPlace.KEY_RING, TokenPlace.SESSION))
        self.given: list[tuple[str, str, TokenPlace]] = []
        self.forgotten: list[str] = []

    async def known(self) -> tuple[str, ...]:
        return self.addresses

    async def connect(self, address: str) -> ServerListing:
        self.asked.append(address)
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        origin = self.facts.origin
        if self.wants and origin is None:
            raise LockedServerError("The server asks for an access token.", "Give one.")
        return ServerListing(parse_server(address), "triton 2.50.0", self.rows, origin)

    async def token(self, address: str) -> AccountFacts:
        await self.gate.passage()
        return self.facts

    async def use_token(self, address: str, token: str, place: TokenPlace) -> TokenOrigin:
        await self.gate.passage()
        if self.token_failure is not None:
            raise self.token_failure
        if self.wants and token != self.wants:
            raise LockedServerError(
                "The server does not accept the access token.", "By “Token…”.", in_dialog="Another."
            )
        self.given.append((address, token, place))
        self.facts = replace(self.facts, origin=TokenOrigin(place))
        return TokenOrigin(place)

    async def forget_token(self, address: str) -> None:
        self.forgotten.append(address)
        self.facts = replace(self.facts, origin=None)
        if self.token_failure is not None:
            raise self.token_failure
