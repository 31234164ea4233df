"""Rooms in the shared block, one for each result under way."""

from __future__ import annotations

import threading

from ailab.services.inference.shared_block import SharedBlock

_COUNT = 4


class ResultRooms:
    """Gives each request a part of the block that is nobody else's until its answer was read.

    Where none is free, the result comes through the pipe.

    Args:
        block: divided into rooms of the same size.
    """

    def __init__(self, block: SharedBlock) -> None:
        self.block = block
        size = block.size // _COUNT
        self._free = [(index * size, size) for index in range(_COUNT)]
        self._taken: dict[int, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def take(self, request: int) -> tuple[int, int] | None:
        """A room for a request: where it begins, and its bytes; None where none is free."""
        with self._lock:
            if not self._free:
                return None
            room = self._taken[request] = self._free.pop()
            return room

    def read(self, offset: int, size: int) -> bytes:
        """What lies there; shorter where it lies beyond the block's end.

        Raises:
            OSError: it cannot be read.
        """
        if offset < 0 or offset + size > self.block.size:
            return b""
        return self.block.read(offset, size)

    def give_back(self, request: int) -> None:
        """The answer to a request was read; known or not."""
        with self._lock:
            if (room := self._taken.pop(request, None)) is not None:
                self._free.append(room)
