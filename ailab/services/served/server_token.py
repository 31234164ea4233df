"""A server's access token, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.account.account_error import AccountError
from ailab.services.account.token_origin import TokenOrigin
from ailab.services.hub.bearer_token import BearerToken
from ailab.services.hub.hub_endpoint import origin_of
from ailab.services.served.served_error import ServerError

VARIABLE = "AILAB_SERVER_TOKEN"
"""The environment variable that holds a server's access token."""
VARIABLE_FOR = "AILAB_SERVER_TOKEN_FOR"
"""The environment variable that says which server that token is for."""
HOW_IN_PRIVATE = (
    "Use its https address, or a tunnel to this machine, such as ssh -L 8000:localhost:8000 HOST, "
    "and the address http://localhost:8000."
)
"""How a server that speaks plain http can be given a token all the same."""
# One shorter could be a word of any answer; it would be no secret either.
_LEAST_TO_HIDE = 8
_USUAL_PORTS = {"http": 80, "https": 443}


class ServerToken(BearerToken):
    """A token of one server, which is its scheme, host and port; see `BearerToken`."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """True for the same token of the same server: a network kept with it can be used on."""
        return isinstance(other, ServerToken) and (self._value, self._endpoint) == (
            *(other._value, other._endpoint),
        )

    def __hash__(self) -> int:
        return hash((self._value, self._endpoint))

    @property
    def for_worker(self) -> str:
        """The token itself, for the process that sends the pictures to the server."""
        return self._value

    def redact_answer(self, body: bytes) -> bytes:
        """An answer without the token, should the server have sent it back."""
        if len(self._value) < _LEAST_TO_HIDE:
            return body
        for written in {self._value, self._value.replace("/", r"\/")}:  # as some write JSON
            body = body.replace(written.encode(), b"(hidden)")
        return body

    def _unsendable(self) -> ServerError:
        return ServerError(
            "The server's access token holds characters that no token has.",
            "Copy it once more, to its end and without what stands around it.",
        )


@dataclass(frozen=True, slots=True)
class ServerAccess:
    """By what a server is asked.

    Attributes:
        token: is sent with each request; None where there is none, or where it may not go.
        origin: where the token comes from; None where there is none.
        lack: why there is none though there might be one, in a sentence; may be empty.
        failure: why the key ring could not be asked; None where it could.
    """

    token: ServerToken | None = None
    origin: TokenOrigin | None = None
    lack: str = ""
    failure: AccountError | None = None


OPEN = ServerAccess()
"""Without a token."""


def server_origin(server: str) -> str:
    """Scheme, host and port of a server, under which its token is kept: `https://host:8443`.

    Args:
        server: as `parse_server` writes it.
    """
    origin = origin_of(server)
    if origin is None:
        return ""
    scheme, host, port = origin
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}{'' if port == _USUAL_PORTS[scheme] else f':{port}'}"
