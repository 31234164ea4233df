"""What is shown of a server's access token."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_endpoint import is_private_way
from ailab.services.problem import Problem
from ailab.services.served.server_token import HOW_IN_PRIVATE, server_origin

_KEPT = frozenset({TokenPlace.KEY_RING, TokenPlace.SESSION})


@dataclass(frozen=True, slots=True)
class ServerTokenState:
    """Never holds a token.

    Attributes:
        server: address of the server, as `parse_server` writes it; empty before one is named.
        origin: where the token comes from that is sent; None where none is.
        places: where a new token can be kept, the best one first.
        place: where the next one will be kept.
        is_busy: the token is looked for, checked, kept or removed.
        has_looked: the token was looked for.
        problem: the last failure; None where there was none.
        notice: what is worth knowing though nothing failed; may be empty.
    """

    server: str = ""
    origin: TokenOrigin | None = None
    places: tuple[TokenPlace, ...] = (TokenPlace.SESSION,)
    place: TokenPlace = TokenPlace.SESSION
    is_busy: bool = False
    has_looked: bool = False
    problem: Problem | None = None
    notice: str = ""

    @property
    def is_private(self) -> bool:
        """Nobody on the way could read a token."""
        return is_private_way(self.server)

    @property
    def can_give(self) -> bool:
        """A token can be given, in place of the one before."""
        return self.has_looked and not self.is_busy and self.is_private

    @property
    def can_remove(self) -> bool:
        """A token was given here, so that it can be removed."""
        return not self.is_busy and self.origin is not None and self.origin.place in _KEPT

    @property
    def headline(self) -> str:
        """How things stand, in a few words."""
        if not self.is_private:
            return "No token by plain http"
        if self.is_busy:
            return "Checking the access token…" if self.has_looked else "Looking for a token…"
        if self.origin is None:
            return "No token is kept"
        is_kept = self.origin.place is TokenPlace.KEY_RING
        return "A token is kept" if is_kept else "A token is used"

    @property
    def explanation(self) -> str:
        """Where the token lies and whom it goes to."""
        place = server_origin(self.server)
        if not self.is_private:
            return (
                f"What goes to {place} goes in clear: everybody on the way could read the token "
                f"and use it. {HOW_IN_PRIVATE}"
            )
        if self.origin is None:
            return f"A token that you give is sent to {place} alone, with each request."
        whom = f"It is sent to {place} alone."
        match self.origin.place:
            case TokenPlace.KEY_RING:
                return f"It lies in the system's key ring. {whom}"
            case TokenPlace.SESSION:
                return f"It is forgotten when ailab is closed. {whom}"
            case _:
                return f"It comes from {self.origin.words}. {whom}"
