"""Reading a far file here and there, by as few and as small requests as will do.

What walks through a file is a generator: it yields where it wants to read and is sent the bytes.
So it knows no network, runs in a thread while nobody waits, and is tested on plain bytes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator

Ask = tuple[int, int]
"""From which byte on, and how many at least; fewer come only where the file ends."""
Walk = Generator[Ask, bytes, None]
Read = Callable[[int, int], Awaitable[bytes]]
"""Reads at most so many bytes from a place on."""

_WINDOW = 256 * 1024
_AFTER_JUMP = 16 * 1024  # holds the small tensors between two large ones
_FAR = 64 * 1024


class ByteWindow:
    """The piece of a file that lies at hand."""

    def __init__(self) -> None:
        self._start = 0
        self._data = b""

    def take(self, start: int, length: int) -> Generator[Ask, bytes, bytes]:
        """Exactly `length` bytes from `start` on.

        Raises:
            ValueError: the file ends before.
        """
        found = yield from self.take_some(start, length)
        if len(found) < length:
            raise ValueError(f"the file ends before byte {start + length}")
        return found

    def take_some(self, start: int, most: int) -> Generator[Ask, bytes, bytes]:
        """At most `most` bytes; fewer where the file ends."""
        offset = start - self._start
        if offset < 0 or offset + most > len(self._data):
            self._data = yield start, most
            self._start, offset = start, 0
        return self._data[offset : offset + most]


async def follow_walk(
    walk: Walk,
    read: Read,
    *,
    most_bytes: int,
    most_requests: int,
    tell: Callable[[], Awaitable[None]] | None = None,
) -> bool:
    """Take a walk to its end; False where a limit ended it.

    Args:
        walk: says where it wants to read.
        read: reads there.
        most_bytes: read altogether.
        most_requests: made altogether.
        tell: called after every step but the last, while the walker rests.

    Raises:
        ValueError: the walker found something that cannot be.
        LabError: the file could not be read.
    """
    import asyncio  # noqa: PLC0415 - the worker walks through files too, and needs none of it

    end = spent = 0
    ask = next(walk, None)
    for _ in range(most_requests):
        if ask is None:
            return True
        start, least = ask
        length = max(least, _AFTER_JUMP if start - end > _FAR else _WINDOW)
        if spent + least > most_bytes:
            break
        data = await read(start, min(length, most_bytes - spent))
        end, spent = start + len(data), spent + len(data)
        ask = await asyncio.to_thread(_send, walk, data)
        if tell is not None and ask is not None:
            await tell()
    return ask is None


def _send(walk: Walk, data: bytes) -> Ask | None:
    try:
        return walk.send(data)
    except StopIteration:
        return None
