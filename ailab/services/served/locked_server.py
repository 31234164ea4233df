"""What a server that asks who asks is told of by."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from ailab.services.documentation.doc_page import led_to
from ailab.services.hub.hub_endpoint import is_private_way
from ailab.services.served.oip_json import read_error
from ailab.services.served.served_address import server_place
from ailab.services.served.served_error import LockedServerError
from ailab.services.served.server_token import HOW_IN_PRIVATE, VARIABLE, VARIABLE_FOR

if TYPE_CHECKING:
    from ailab.services.served.oip_connection import OipAnswer, OipConnection

_LOCKED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_IN_A_TERMINAL = f"by {VARIABLE} and {VARIABLE_FOR} in a terminal"
_BY = f"by “Token…” in the window, or {_IN_A_TERMINAL}"
_HERE = f"here, or {_IN_A_TERMINAL}"
_MORE = f"{led_to('served-models')} tells how."


def is_locked(answer: OipAnswer) -> bool:
    """True where a server answers nobody, or not whoever this is."""
    return answer.status in _LOCKED


def locked(connection: OipConnection, answer: OipAnswer) -> LockedServerError:
    """A server that wants to know who asks, or has been told and says no (RFC 9110, 15.5.2)."""
    place, access = server_place(connection.server), connection.access
    said = read_error(answer.body)
    words = f" It says: “{said}”." if said else ""
    detail = f"status {answer.status}"
    if connection.sends_token:
        source = "" if access.origin is None else f" It comes from {access.origin.words}."
        if answer.status == HTTPStatus.FORBIDDEN:
            lacks = "The token may lack the right to it: ask who runs the server, or give another"
            return LockedServerError(
                f"The server at {place} refuses what is asked with the access token that it is "
                f"sent.{words}",
                f"{lacks} token {_BY}.{source}",
                in_dialog=f"{lacks} token {_HERE}.",
                detail=detail,
            )
        wrong = "It may have run out, or be another server's: give a new one"
        return LockedServerError(
            f"The server at {place} does not accept the access token that it is sent.{words}",
            f"{wrong} {_BY}.{source}",
            in_dialog=f"{wrong} {_HERE}.",
            detail=detail,
        )
    if _asks_for_password(answer.challenge):
        return LockedServerError(
            f"The server at {place} asks for a name and a password.",
            "ailab sends access tokens alone: ask who runs the server for a way in by one, or for "
            "an address that is open to this machine.",
            detail=detail,
        )
    if not is_private_way(connection.server):
        return LockedServerError(
            f"The server at {place} asks for an access token, and none is sent by plain http: "
            "everybody on the way could read it and use it.",
            HOW_IN_PRIVATE,
            detail=detail,
        )
    told = access.lack if access.failure is None else str(access.failure)
    advice = f"Give one {_BY}; {_MORE}"
    return LockedServerError(
        f"The server at {place} asks for an access token.{words}",
        f"{told} {advice}".strip(),
        detail=detail,
    )


def _asks_for_password(challenge: str) -> bool:
    kinds = challenge.lower()
    return "basic" in kinds and "bearer" not in kinds
