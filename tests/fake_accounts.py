"""An account on the Hub without a Hub, and a key ring in memory."""

from __future__ import annotations

from ailab.services.account.account_error import AccountError
from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_account import HubAccount
from ailab.services.hub.hub_errors import HubError, InvalidTokenError
from fakes import Gate

READER = HubAccount("ada", "Ada Lovelace", token_name="lab", token_role="read", may_read_gated=True)


class FakeAccounts:
    """`tokens` names whose each token is; all others are refused."""

    tokens_page = "https://hub.example/settings/tokens"

    def __init__(self, facts: AccountFacts | None = None) -> None:
        self.facts = facts or AccountFacts(places=(TokenPlace.KEY_RING, TokenPlace.SESSION))
        self.tokens = {"hf_good": READER}
        self.gate = Gate()
        self.failure: HubError | None = None
        self.keep_failure: AccountError | None = None
        self.owner: HubAccount | None = READER
        self.kept: list[tuple[str, TokenPlace]] = []
        self.forgotten: list[TokenPlace] = []

    async def find(self) -> AccountFacts:
        await self.gate.passage()
        return self.facts

    async def who_am_i(self) -> HubAccount:
        if self.failure is not None:
            raise self.failure
        if self.owner is None:
            raise _refused()
        return self.owner

    async def check(self, token: str) -> HubAccount:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        if token not in self.tokens:
            raise _refused()
        return self.tokens[token]

    async def use(self, token: str, place: TokenPlace) -> TokenOrigin:
        if self.keep_failure is not None:
            raise self.keep_failure
        self.kept.append((token, place))
        return TokenOrigin(place)

    async def forget(self, place: TokenPlace) -> None:
        self.forgotten.append(place)
        if self.keep_failure is not None:
            raise self.keep_failure


def _refused() -> InvalidTokenError:
    return InvalidTokenError("The Hub does not accept the access token.", "Make a new one.")


class MemoryKeyRing:
    """Keeps one token; `failure` is raised by every method."""

    def __init__(self, token: str | None = None) -> None:
        self.token = token
        self.failure: AccountError | None = None

    def read(self) -> str | None:
        self._fail()
        return self.token

    def write(self, token: str) -> None:
        self._fail()
        self.token = token

    def delete(self) -> None:
        self._fail()
        self.token = None

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
