"""An answer over HTTP that has to be there whole by a moment, however it comes."""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class TimelyResponse(http.client.HTTPResponse):
    """Reads from a connection until a moment, and no longer.

    A socket's own limit is one of silence: it holds for each byte anew. A server that sends its
    headers letter by letter, `100 Continue` again and again, or trailers without end, would keep
    whoever asked it for ever, since `http.client` reads all of these in loops of its own.

    Args:
        sock: the connection.
        deadline: by the monotonic clock, in seconds.
        method: by which was asked.

    Raises:
        TimeoutError: by each reading, once the moment is past.
    """

    def __init__(self, sock: socket.socket, deadline: float, method: str | None = None) -> None:
        timely = _TimelyBytes(sock, deadline)
        super().__init__(sock, method=method)
        self.fp.close()  # of a second file on the same connection, which stays open
        self.fp = io.BufferedReader(timely)


class _TimelyBytes(io.RawIOBase):
    """What comes over a connection, until a moment."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        left = self._deadline - monotonic()
        if left <= 0:
            raise TimeoutError("the answer is not there in time")
        self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def until(deadline: float) -> Callable[..., http.client.HTTPResponse]:
    """What makes the answers of a connection that are to be there by a moment."""

    def answer(sock: socket.socket, *_: object, method: str | None = None) -> TimelyResponse:
        return TimelyResponse(sock, deadline, method)

    return answer
