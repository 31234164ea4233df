"""Signing in to the Hub and out of it."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.account.accounts import Accounts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_errors import InvalidTokenError
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.account_state import AccountState, advice_for_refused
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.view_model import ViewModel


class AccountViewModel(ViewModel[AccountState]):
    """The person's account, for a dialog and for a line in the window.

    Args:
        accounts: does it.
    """

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(AccountState())
        self._accounts = accounts
        self._work = Latest("account")

    @property
    def tokens_page(self) -> str:
        """Address of the page on which a person makes access tokens."""
        return self._accounts.tokens_page

    def open(self, *, is_offline: bool = False) -> None:
        """Look for the token that the person has, and ask the Hub whose it is.

        Args:
            is_offline: the Hub is not to be asked.
        """
        self._begin()
        self._work.start(self._find(is_offline=is_offline))

    def check_again(self) -> None:
        """Ask the Hub once more whose token is in use."""
        if self.state.can_sign_out:
            self._begin()
            self._work.start(self._ask_who())

    def set_place(self, place: TokenPlace) -> None:
        """Choose where the next token will be kept."""
        if place in self.state.places:
            self._become(replace(self.state, place=place))

    def sign_in(self, token: str) -> None:
        """Check a token, keep it, and use it; one that the Hub does not accept is not kept."""
        if not self.state.can_sign_in:
            return
        if not token.strip():
            problem = Problem("There is no token to sign in with.", "Paste one into the field.")
            self._become(replace(self.state, problem=problem))
            return
        self._begin()
        self._work.start(self._sign_in(token, self.state.place))

    def sign_out(self) -> None:
        """Use the token no more; what the key ring kept is removed from it."""
        origin = self.state.origin
        if origin is not None and self.state.can_sign_out:
            is_kept = origin.place is TokenPlace.KEY_RING
            place = origin.place if is_kept else TokenPlace.SESSION
            self._begin()
            self._work.start(self._forget(place, self._left_behind(origin)))

    def remove_file(self) -> None:
        """Use the token no more, and remove the Hugging Face token file that it lies in."""
        if self.state.can_remove_file:
            notice = f"Signed out. The file {self.state.token_file} is removed."
            self._begin()
            self._work.start(self._forget(TokenPlace.FILE, notice))

    def dismiss(self) -> None:
        """Put the last failure and notice away."""
        self._become(replace(self.state, problem=None, notice=""))

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._work.wait()

    async def close(self) -> None:
        """Stop what is under way."""
        await self._work.close()

    def _begin(self) -> None:
        self._become(replace(self.state, is_busy=True, problem=None, notice=""))

    async def _find(self, *, is_offline: bool) -> None:
        try:
            facts = await self._accounts.find()
        except LabError as error:
            self._fail(error)
            return
        found = replace(
            self.state,
            origin=facts.origin,
            places=facts.places,
            place=facts.places[0],
            token_file=facts.token_file,
            has_looked=True,
        )
        if facts.origin is not None and facts.origin.place is TokenPlace.ENVIRONMENT:
            found = replace(found, variable=facts.origin.name)
        if facts.origin is not None and facts.problem is not None:
            found = replace(found, notice=facts.problem.message)
        if facts.origin is None or is_offline:
            self._become(replace(found, is_busy=False, problem=facts.problem))
        else:
            self._become(found)
            await self._ask_who()

    async def _ask_who(self) -> None:
        try:
            account = await self._accounts.who_am_i()
        except LabError as error:
            self._become(replace(self.state, account=None))
            self._fail(error)
        else:
            self._become(replace(self.state, account=account, is_busy=False))

    async def _sign_in(self, token: str, place: TokenPlace) -> None:
        try:
            account = await self._accounts.check(token)
            origin = await self._accounts.use(token, place)
        except LabError as error:
            self._fail(error)
        else:
            signed_in = replace(self.state, account=account, origin=origin, is_busy=False)
            if variable := self.state.variable:
                notice = f"{variable} is set in the environment, and wins at the next start."
                signed_in = replace(signed_in, notice=notice)
            self._become(signed_in)

    async def _forget(self, place: TokenPlace, notice: str) -> None:
        problem: Problem | None = None
        try:
            await self._accounts.forget(place)
        except LabError as error:
            problem, notice = Problem.of(error), ""
        has_file = bool(self.state.token_file) and not (place is TokenPlace.FILE and not problem)
        places = tuple(
            each for each in self.state.places if has_file or each is not TokenPlace.FILE
        )
        out = replace(self.state, account=None, origin=None, places=places, place=places[0])
        file = self.state.token_file if has_file else ""
        self._become(replace(out, token_file=file, is_busy=False, problem=problem, notice=notice))

    def _left_behind(self, origin: TokenOrigin) -> str:
        """What a person should know who signs out while a token stays somewhere."""
        if origin.place in {TokenPlace.ENVIRONMENT, TokenPlace.FILE}:
            return (
                f"Signed out until ailab is closed. The token stays in {origin.words} and is "
                "used again at the next start, unless it is removed there."
            )
        if self.state.token_file:
            return (
                f"Signed out. The file {self.state.token_file} holds a token too, which is used "
                "at the next start, unless it is removed there."
            )
        return ""

    def _fail(self, error: LabError) -> None:
        problem = Problem.of(error)
        if isinstance(error, InvalidTokenError):
            problem = replace(problem, advice=advice_for_refused(self.state.origin))
        self._become(replace(self.state, is_busy=False, has_looked=True, problem=problem))
