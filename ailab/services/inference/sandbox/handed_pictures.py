"""Pictures that the window has opened, and the worker may read though it may open nothing.

On Unix an open file can be sent over a socket (`SCM_RIGHTS`). The window sends one before each
request for a picture, so that the files come in the order of the requests; on Windows, where
nothing keeps the worker from opening the picture, it opens it itself.
"""

from __future__ import annotations

import os
import socket
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


class HandedPictures:
    """The worker's end: what was handed over and has not been opened yet.

    Args:
        descriptor: the socket; None where nothing is handed over.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._socket = None if descriptor is None else socket.socket(fileno=descriptor)
        self._files: dict[str, deque[tuple[int, int]]] = {}
        self._lock = threading.Lock()

    def receive(self, request: int, picture: str) -> None:
        """Take the next open file; to be called for each request that announces one, in order.

        Args:
            request: the request's id.
            picture: the path that it names.

        Raises:
            OSError: nothing came.
        """
        if self._socket is None:
            raise OSError("a picture was announced, and there is no socket for it")
        _, files, _, _ = socket.recv_fds(self._socket, 1, 1)
        if not files:
            raise OSError("a picture was announced, and none came")
        with self._lock:
            self._files.setdefault(picture, deque()).append((request, files[0]))

    def open(self, picture: Path) -> BinaryIO:
        """The picture's open file, or else the file at its path.

        Raises:
            OSError: it was not handed over, and may not be opened or is not there.
        """
        with self._lock:
            waiting = self._files.get(str(picture))
            _, file = waiting.popleft() if waiting else (0, None)
        return picture.open("rb") if file is None else os.fdopen(file, "rb")

    def drop(self, request: int) -> None:
        """Close what was handed over for a request that has ended without opening it."""
        with self._lock:
            for picture, waiting in list(self._files.items()):
                for entry in [each for each in waiting if each[0] == request]:
                    waiting.remove(entry)
                    with suppress(OSError):
                        os.close(entry[1])
                if not waiting:
                    del self._files[picture]

    def close(self) -> None:
        """Close the socket and what was never opened."""
        with self._lock:
            waiting, self._files = [*self._files.values()], {}
        for _, file in (entry for entries in waiting for entry in entries):
            with suppress(OSError):
                os.close(file)
        if self._socket is not None:
            self._socket.close()
