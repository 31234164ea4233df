"""Giving ailab an access token for a server, and taking it back."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.served.served_error import LockedServerError
from ailab.services.served.servers import Servers
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.server_token_state import ServerTokenState
from ailab.viewmodels.view_model import ViewModel

_REMOVED = "The token is removed."


class ServerTokenViewModel(ViewModel[ServerTokenState]):
    """The access token of one server at a time, for a dialog.

    Args:
        servers: keeps it; lent. None where there are no servers.
    """

    def __init__(self, servers: Servers | None) -> None:
        super().__init__(ServerTokenState())
        self._servers = servers
        self._work = Latest("access token of a server")

    def open(self, server: str) -> None:
        """Turn to a server, and look for its token.

        Args:
            server: as `parse_server` writes it.
        """
        self._work.cancel()
        self._become(ServerTokenState(server))
        if self._servers is not None:
            self._become(replace(self.state, is_busy=True))
            self._work.start(self._run_find(self._servers, server))

    def set_place(self, place: TokenPlace) -> None:
        """Choose where the next token will be kept."""
        if place in self.state.places:
            self._become(replace(self.state, place=place))

    def give(self, token: str) -> None:
        """Keep a token and send it from now on; one that the server does not accept is not kept."""
        if self._servers is None or not self.state.can_give:
            return
        if not token.strip():
            problem = Problem("There is no token to keep.", "Paste one into the field.")
            self._become(replace(self.state, problem=problem))
            return
        self._begin()
        self._work.start(self._run_give(self._servers, token, self.state.place))

    def remove(self) -> None:
        """Send the token no more, and remove it from where it is kept."""
        if self._servers is not None and self.state.can_remove:
            self._begin()
            self._work.start(self._run_remove(self._servers))

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

    async def _run_find(self, servers: Servers, server: str) -> None:
        try:
            facts = await servers.token(server)
        except LabError as error:
            self._fail(error)
            return
        found = replace(self.state, origin=facts.origin, places=facts.places, is_busy=False)
        self._become(replace(found, place=facts.places[0], has_looked=True, problem=facts.problem))

    async def _run_give(self, servers: Servers, token: str, place: TokenPlace) -> None:
        before = self.state.origin
        try:
            origin = await servers.use_token(self.state.server, token, place)
        except LabError as error:
            self._fail(error)
            return
        self._become(replace(self.state, origin=origin, is_busy=False, notice=_wins_again(before)))

    async def _run_remove(self, servers: Servers) -> None:
        problem: Problem | None = None
        try:
            await servers.forget_token(self.state.server)
        except LabError as error:
            problem = Problem.of(error)
        notice = "" if problem else _REMOVED
        gone = replace(self.state, origin=None, is_busy=False)
        self._become(replace(gone, problem=problem, notice=notice))

    def _fail(self, error: LabError) -> None:
        problem = Problem.of(error)
        if isinstance(error, LockedServerError):
            problem = replace(problem, advice=error.in_dialog)
        self._become(replace(self.state, is_busy=False, has_looked=True, problem=problem))


def _wins_again(before: TokenOrigin | None) -> str:
    if before is None or before.place is not TokenPlace.ENVIRONMENT:
        return ""
    return f"{before.name} is set in the environment, and wins at the next start."
