"""Whose requests are under way at the worker: one asker's at a time."""

from __future__ import annotations

import asyncio
from types import TracebackType


class WorkerTurn:
    """A turn that askers take one after the other, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0

    @property
    def is_taken(self) -> bool:
        """True while somebody has it."""
        return self._lock.locked()

    @property
    def is_awaited(self) -> bool:
        """True where somebody else waits for it: whoever has it gives it back soon."""
        return self._waiting > 0

    async def take(self) -> None:
        """Wait for it."""
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1

    def give_back(self) -> None:
        """Let the next one have it."""
        self._lock.release()


class TurnHold:
    """One asker's hold on the turn: from its first request under way to the end of its last.

    So a run of many pictures keeps the turn while pictures are under way, whoever waits for
    their results, and never while none is.

    Args:
        turn: taken and given back.
    """

    def __init__(self, turn: WorkerTurn) -> None:
        self._turn = turn
        self._count = 0

    @property
    def is_held(self) -> bool:
        """True while something is under way."""
        return self._count > 0

    async def begin(self) -> None:
        """Something begins; waits for the turn where nothing was under way."""
        if self._count == 0:
            await self._turn.take()
        self._count += 1

    def end(self) -> None:
        """Something that had begun has ended."""
        self._count -= 1
        if self._count == 0:
            self._turn.give_back()

    async def __aenter__(self) -> None:
        await self.begin()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
