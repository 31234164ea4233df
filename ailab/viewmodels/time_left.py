"""How long the rest of a run takes."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from ailab.viewmodels.downloads_text import duration_text
from ailab.viewmodels.run_progress import RunProgress, RunStage

_SOON = 10.0
"""Seconds: what takes less is over before anybody has read how long it takes."""


class TimeLeft:
    """Follows a run, and tells by the pictures done how long the others take.

    Args:
        clock: tells seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began: float | None = None
        self._first = self._done = 0
        self._last = 0.0

    def text(self, progress: RunProgress) -> str:
        """Such as “about 3 min left”; empty where nobody knows, or where it is hardly worth it."""
        now = self._clock()
        if progress.stage is not RunStage.RUNNING:
            self._began = None
            return ""
        if self._began is None or progress.done < self._done:
            self._began, self._first, self._last = now, progress.done, now
        elif progress.done > self._done:
            self._last = now
        self._done = progress.done
        if (ran := progress.done - self._first) < 1 or now - self._began < _SOON:
            return ""
        # From the last picture on, lest it grows while one is under way.
        whole = (self._last - self._began) / ran * (progress.total - progress.done)
        left = whole - (now - self._last)
        return f"about {duration_text(left)} left" if left > 1 else ""
