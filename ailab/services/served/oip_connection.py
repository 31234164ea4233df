"""One connection to a server of models, kept alive between requests."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import MappingProxyType
from urllib.parse import urlsplit

from ailab import __version__
from ailab.services.served.served_address import server_place
from ailab.services.served.served_error import ServerError
from ailab.services.served.server_token import OPEN, ServerAccess
from ailab.services.served.timely_response import until

_TO_CONNECT = 10.0
_CHUNK = 2**20
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_CHECK = "Check the address, and that the server runs and can be reached from here."


@dataclass(frozen=True, slots=True)
class OipAnswer:
    """What a server answered.

    Attributes:
        status: of HTTP.
        json_length: how many bytes of the body are JSON where binary tensors follow; None where
            all are.
        body: as it came, without the token should it hold that.
        challenge: how the server wants to be asked (`WWW-Authenticate`); empty where it tells none.
    """

    status: int
    json_length: str | None
    body: bytes
    challenge: str = ""

    @property
    def is_ok(self) -> bool:
        """The request was understood and carried out."""
        return self.status == http.HTTPStatus.OK


class OipConnection:
    """Asks a server over HTTP; blocks, and is used by one thread at a time but for `abort`.

    Redirects are not followed: what is sent, a token above all, is for this server alone. Nothing
    of the environment is used: no proxy, no password file.

    Attributes:
        server: whom it asks.
        access: by what.

    Args:
        server: as `parse_server` writes it.
        access: the token that is sent with each request, where it may go to that server.
        seconds: that one answer may take in all.
        most: bytes that one answer may hold.

    Raises:
        ServerError: the token holds characters that no header can carry.
    """

    def __init__(
        self,
        server: str,
        access: ServerAccess = OPEN,
        *,
        seconds: float = 15.0,
        most: int = 8 * 2**20,
    ) -> None:
        self.server = server
        self.access = access
        self._login = {} if access.token is None else access.token.headers_for(server)
        self._place = server_place(server)
        self._seconds = seconds
        self._most = most
        parts = urlsplit(server)
        self._prefix = parts.path
        host = parts.hostname or ""
        to_connect = min(_TO_CONNECT, seconds)
        self._http: http.client.HTTPConnection = (
            http.client.HTTPSConnection(host, parts.port, timeout=to_connect)
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=to_connect)
        )

    @property
    def sends_token(self) -> bool:
        """True where a token goes with each request."""
        return bool(self._login)

    def get(self, path: str) -> OipAnswer:
        """Ask for what lies at a path below the server.

        Raises:
            ServerError: no answer came, or none that is HTTP, or too much.
        """
        return self._ask("GET", path, None, _NO_HEADERS)

    def post(self, path: str, body: bytes, headers: Mapping[str, str] = _NO_HEADERS) -> OipAnswer:
        """Send a body; as `get`."""
        return self._ask("POST", path, body, {"Content-Type": "application/json", **headers})

    def post_json(self, path: str, value: object) -> OipAnswer:
        """Send a value as JSON; as `get`."""
        return self.post(path, json.dumps(value).encode())

    def abort(self) -> None:
        """Break a request under way off, from another thread; it then raises `ServerError`."""
        if (under_way := self._http.sock) is not None:
            with suppress(OSError):
                under_way.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        self._http.close()

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> OipAnswer:
        is_kept = self._http.sock is not None
        deadline = monotonic() + self._seconds
        try:
            try:
                return self._send(method, path, body, headers, deadline)
            except (ConnectionError, http.client.RemoteDisconnected):
                # A connection that was kept may have been closed by the server meanwhile.
                if not is_kept:
                    raise
                self.close()
                return self._send(method, path, body, headers, deadline)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise self._failure(error) from error
        except ServerError:
            self.close()
            raise

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        deadline: float,
    ) -> OipAnswer:
        said = {"Accept": "application/json", "User-Agent": f"ailab/{__version__}"}
        said |= {**headers, **self._login}
        if self._http.sock is None:
            self._http.connect()
        if self._http.sock is not None:
            self._http.sock.settimeout(max(0.1, deadline - monotonic()))
            self._http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._http.response_class = until(deadline)  # type: ignore[assignment]
        self._http.request(method, self._prefix + path, body, said)
        response = self._http.getresponse()
        parts: list[bytes] = []
        length = 0
        while chunk := response.read1(_CHUNK):
            parts.append(chunk)
            length += len(chunk)
            if length > self._most:
                raise ServerError(
                    f"The server at {self._place} answers with more than {self._most // 2**20} MB.",
                    "It may be no server of models, or the model's outputs are too large to be "
                    "fetched.",
                )
            if monotonic() > deadline:
                raise TimeoutError
        if response.length:  # it promised more than it gave
            raise http.client.IncompleteRead(b"", response.length)
        response.close()
        if 300 <= response.status < 400:
            raise ServerError(
                f"The server at {self._place} sends requests on to another address, and ailab "
                "sends no pictures after them.",
                "Type the address that it leads to, such as one with https; where that is a page "
                "to sign in on, give ailab a token for this one by “Token…”.",
                detail=f"status {response.status}",
            )
        json_length = response.getheader("Inference-Header-Content-Length")
        body = b"".join(parts)
        if json_length is None and self.access.token is not None:
            body = self.access.token.redact_answer(body)
        challenge = response.getheader("WWW-Authenticate") or ""
        return OipAnswer(response.status, json_length, body, challenge)

    def _failure(self, error: Exception) -> ServerError:
        detail, place = repr(error), self._place
        if self.access.token is not None:  # an answer that is no HTTP stands in it
            detail = self.access.token.redact(detail)
        if isinstance(error, socket.gaierror):
            host = urlsplit(self.server).hostname
            return ServerError(f"No machine called {host} can be found.", _CHECK, detail=detail)
        if isinstance(error, TimeoutError):
            return ServerError(
                f"The server at {place} gave no answer in time.",
                f"It may be busy or out of reach. {_CHECK}",
                detail=detail,
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return ServerError(
                f"The certificate of the server at {place} is not trusted by this machine.",
                "Check the address, or have its certificate installed on this machine.",
                detail=detail,
            )
        if isinstance(error, ssl.SSLError):
            return ServerError(
                f"The server at {place} speaks no https.",
                "Try the address with http:// in place of https://.",
                detail=detail,
            )
        if isinstance(error, ConnectionRefusedError):
            return ServerError(f"No server answers at {place}.", _CHECK, detail=detail)
        if isinstance(error, http.client.HTTPException) and not isinstance(
            error, http.client.RemoteDisconnected | http.client.IncompleteRead
        ):
            return ServerError(
                f"What answers at {place} speaks no HTTP.",
                "Check the port: a server of models has one for REST and often another for gRPC.",
                detail=detail,
            )
        return ServerError(f"The connection to the server at {place} broke.", _CHECK, detail=detail)
