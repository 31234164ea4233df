"""Asking no more often than the Hub allows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from ailab.services.hub.hub_wait import HubWait
from ailab.services.hub.rate_limit import bucket_of, read_rate_limit

LONGEST_WAIT = 310.0
"""Seconds: a whole window of the Hub's, and a little; a longer pause is the person's to decide."""

_NEAR = 0.2  # of the quota
_USUAL_QUOTA = 500  # of somebody without a token
_NO_WAIT = HubWait(0.0, is_refused=False)


@dataclass(slots=True)
class _Window:
    left: int
    ends: float
    quota: int
    next_turn: float = 0.0


class RateKeeper:
    """Holds requests back where the Hub's limit is near.

    While more than a fifth of a window's requests is left, nothing waits. From then on what is
    left is spread over the time to the window's end; where nothing is left, requests wait for it.

    Args:
        clock: seconds that only grow.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._windows: dict[str, _Window] = {}
        self._pauses: dict[object, tuple[float, bool]] = {}  # until when, and whether refused
        self._listeners: list[Callable[[HubWait], None]] = []

    def listen(self, listener: Callable[[HubWait], None]) -> Callable[[], None]:
        """Tell a listener of every pause and of its end; what is returned ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer of the Hub tells of its limits."""
        limit = read_rate_limit(headers)
        if limit is None:
            return
        ends = self._clock() + limit.seconds
        window = self._windows.get(limit.bucket)
        left = limit.left
        if window is not None and abs(window.ends - ends) < 3:
            # Requests on their way are counted here already, and not yet in this answer.
            left, ends = min(left, window.left), window.ends
        self._windows[limit.bucket] = _Window(
            left, ends, limit.quota or _USUAL_QUOTA, window.next_turn if window else 0.0
        )

    def turn_of(self, url: str) -> HubWait:
        """How long a request to the Hub has to wait; its turn is taken with that."""
        window = self._windows.get(bucket_of(url))
        now = self._clock()
        if window is None or now >= window.ends:
            return _NO_WAIT
        if window.left <= 0:
            return HubWait(window.ends - now + 1, is_refused=True)
        is_near = window.left < _NEAR * window.quota
        turn = max(now, window.next_turn) if is_near else now
        if is_near:
            window.next_turn = turn + (window.ends - now) / window.left
        window.left -= 1
        return HubWait(turn - now, is_refused=False)

    async def pause(self, wait: HubWait) -> None:
        """Wait, and tell of it; cancelling ends the wait."""
        if wait.seconds <= 0:
            return
        key = object()
        self._pauses[key] = (self._clock() + wait.seconds, wait.is_refused)
        self._tell()
        try:
            await self._sleep(wait.seconds)
        finally:
            del self._pauses[key]
            self._tell()

    def forget(self) -> None:
        """The limits known are somebody else's: another token has its own."""
        self._windows.clear()

    def _tell(self) -> None:
        until, is_refused = max(self._pauses.values(), default=(0.0, False))
        wait = HubWait(max(0.0, until - self._clock()), is_refused)
        for listener in tuple(self._listeners):
            listener(wait)
