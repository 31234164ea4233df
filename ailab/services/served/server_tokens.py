"""The access tokens of servers of models on this computer: found, kept, removed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from ailab.services.account.account_error import AccountError, NoKeyRingError
from ailab.services.account.key_ring import KeyRing
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.account.token_store import FoundToken, KeyRingLike, find_kept
from ailab.services.hub.bearer_token import is_sendable
from ailab.services.hub.hub_endpoint import is_private_way
from ailab.services.served.served_address import parse_server, server_place
from ailab.services.served.served_error import ServerError
from ailab.services.served.server_token import (
    HOW_IN_PRIVATE,
    OPEN,
    VARIABLE,
    VARIABLE_FOR,
    ServerAccess,
    ServerToken,
    server_origin,
)

_SERVICE = "ailab server"
_SCHEME = "bearer "
_NAMES_NONE = (
    f"{VARIABLE} is set, but {VARIABLE_FOR} names no server: set it to the server's address."
)


def server_key_ring(origin: str) -> KeyRing:
    """What keeps the token of one server: apart from a Hub's, though it be at the same address."""
    return KeyRing(origin, service=_SERVICE, variable=VARIABLE)


class ServerTokens:
    """Every method may ask the key ring: call it in a thread that nobody has to wait for.

    Nothing is looked for where a token could not be sent: to another machine by plain http.

    Args:
        key_ring: gives what keeps the token of one server, by `server_origin`; None where nothing
            is to be kept, as in a demonstration.
        environ: the environment.
    """

    def __init__(
        self,
        key_ring: Callable[[str], KeyRingLike] | None = server_key_ring,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._key_ring = key_ring
        self._environ = environ
        self._lock = threading.Lock()
        self._chosen: dict[str, FoundToken] = {}
        self._found: dict[str, FoundToken] = {}

    @property
    def places(self) -> tuple[TokenPlace, ...]:
        """Where a new token can be kept, the best one first."""
        session = (TokenPlace.SESSION,)
        return session if self._key_ring is None else (TokenPlace.KEY_RING, *session)

    def access(self, server: str, *, again: bool = False) -> ServerAccess:
        """By what a server is asked: what was given last, else the environment's, else the kept.

        Args:
            server: as `parse_server` writes it.
            again: True to look anew where nothing was given since the start.
        """
        if not is_private_way(server):
            return OPEN
        origin = server_origin(server)
        with self._lock:
            found = self._chosen.get(origin) or (None if again else self._found.get(origin))
        lack = ""
        if found is None:
            found, lack = self._look(origin)
        if found.failure is None and not lack:
            with self._lock:
                self._found[origin] = found
        token = ServerToken(found.token, origin) if found.token else None
        return ServerAccess(token, found.origin, lack, found.failure)

    def made(self, server: str, token: str) -> ServerToken:
        """A token as a person gives it, for a server.

        Raises:
            AccountError: it may not go there, or is no token.
        """
        if not is_private_way(server):
            raise AccountError(
                f"An access token would go to {server_place(server)} in clear, by plain http: "
                "everybody on the way could read it and use it.",
                HOW_IN_PRIVATE,
            )
        plain = token.strip()
        if plain.lower().startswith(_SCHEME):  # copied with the header that it stood in
            plain = plain[len(_SCHEME) :].strip()
        if not is_sendable(plain):
            raise AccountError(
                "The access token holds characters that no token has.",
                "Copy it once more, to its end and without what stands around it.",
            )
        return ServerToken(plain, server_origin(server))

    def keep(self, server: str, token: ServerToken, place: TokenPlace) -> TokenOrigin:
        """Keep a token of a server at a place, and use it from now on.

        Raises:
            AccountError: it could not be kept there, and is not used.
        """
        origin = server_origin(server)
        if place is TokenPlace.KEY_RING and self._key_ring is not None:
            self._key_ring(origin).write(token.for_worker)
        else:
            place = TokenPlace.SESSION
        with self._lock:
            self._chosen[origin] = FoundToken(token.for_worker, TokenOrigin(place))
        return TokenOrigin(place)

    def forget(self, server: str) -> None:
        """Send a server no token any more, and remove the one that is kept.

        Raises:
            AccountError: it could not be removed; it is not sent any more all the same.
        """
        origin = server_origin(server)
        with self._lock:
            self._chosen[origin] = FoundToken()
        if self._key_ring is not None:
            with suppress(NoKeyRingError):
                self._key_ring(origin).delete()

    def _look(self, origin: str) -> tuple[FoundToken, str]:
        """What the environment or the key ring has, and why the environment's is not for it."""
        lack = ""
        if token := self._environ.get(VARIABLE, "").strip():
            meant = _meant(self._environ)
            if meant == origin:
                return FoundToken(token, TokenOrigin(TokenPlace.ENVIRONMENT, VARIABLE)), ""
            lack = f"{VARIABLE} is for another server, {meant}." if meant else _NAMES_NONE
        if self._key_ring is None:
            return FoundToken(), lack
        found = find_kept(self._key_ring(origin))
        return found, "" if found.token else lack


def _meant(environ: Mapping[str, str]) -> str:
    try:
        return server_origin(parse_server(environ.get(VARIABLE_FOR, "")))
    except ServerError:
        return ""
