"""On how many cores a part of a network is run."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, process_time, thread_time

_ENOUGH = 0.05
"""Seconds: what one core does in less may stay on it."""
_MUCH_SOONER = 0.8
"""All cores are taken all the same where they need at most this share of one core's time."""
_MOST_WORK = 4 * _ENOUGH
"""Seconds of all cores together: what takes more is not tried on one, where it would take long."""
_TRIES = 2
"""Runs of each, of which the shorter one counts."""
_SHORTEST = 0.001
"""Seconds: some systems tell a thread's time in steps of a hundredth of a second."""
_REST = 0.05
"""Seconds without a run after which threads are no longer quick to wake."""


class CoreChoice:
    """Finds by trying whether one core is enough, while pictures are run.

    Each step of a network is shared out among the cores, whose threads are woken for it. A small
    network has hundreds of steps of some hundredths of a millisecond, which take longer to be
    shared than to be reckoned: more so after a rest than in a row, so that the two are learnt by
    themselves. What one core does alone leaves the others to what is done beside it.

    Args:
        cores: all that there are for it.
        clock: tells seconds.
        work: tells the seconds that all cores together have worked for this process.
        own_work: tells the seconds that a core has worked for this thread. On one core that is what
            a run takes; who else wanted that core meanwhile says nothing about it.
    """

    def __init__(
        self,
        cores: int,
        clock: Callable[[], float] = perf_counter,
        work: Callable[[], float] = process_time,
        own_work: Callable[[], float] = thread_time,
    ) -> None:
        self._clock = clock
        self._work = work
        self._own_work = own_work
        self._rested, self._in_a_row = _Trials(cores), _Trials(cores)
        self._under_way = self._rested
        self._size, self._cores = 0, cores
        self._began = self._had_worked = self._had_worked_itself = 0.0
        self._ended: float | None = None

    def begin(self, size: int) -> int:
        """How many to take for the run that begins now.

        Args:
            size: how many numbers the part is fed.
        """
        self._began, self._had_worked = self._clock(), self._work()
        self._had_worked_itself = self._own_work()
        is_rested = self._ended is None or self._began - self._ended > _REST
        self._under_way = self._rested if is_rested else self._in_a_row
        self._size, self._cores = size, self._under_way.cores(size)
        return self._cores

    def end(self) -> None:
        """Learn how long that run took, which ends now; not called where it failed."""
        self._ended = self._clock()
        seconds, work = self._ended - self._began, self._work() - self._had_worked
        if self._cores == 1:
            seconds = self._own_work() - self._had_worked_itself
        self._under_way.took(self._size, self._cores, seconds, work)


class _Trials:
    """One core and all of them in turns, until it is known which to take.

    The first run, on all, makes ready what the others use, and counts for nothing.
    """

    def __init__(self, cores: int) -> None:
        self._all = cores
        self._shared: list[float] = []
        self._alone: list[float] = []
        self._tried = 0
        self._work: float | None = None
        self._most: int | None = None if cores > 1 else 0

    def cores(self, size: int) -> int:
        if self._most is not None:
            return 1 if size <= self._most else self._all
        is_turn = len(self._alone) <= len(self._shared) and size <= self._tried
        return 1 if is_turn and self._work is not None and self._work <= _MOST_WORK else self._all

    def took(self, size: int, cores: int, seconds: float, work: float) -> None:
        if self._most is not None:
            if cores == 1 < self._all and size > self._tried and seconds > _ENOUGH:
                self._most = size - 1  # of more numbers than were tried each takes more time
            return
        if cores > 1:
            is_first, self._work, self._tried = self._work is None, work, size
            if not is_first:
                self._shared.append(seconds)
        else:
            self._alone.append(seconds)
        if min(len(self._alone), len(self._shared)) >= _TRIES:
            self._settle(max(min(self._alone), _SHORTEST), min(self._shared))

    def _settle(self, alone: float, shared: float) -> None:
        is_enough = alone <= _ENOUGH and shared > _MUCH_SOONER * alone
        self._most = int(self._tried * _ENOUGH / alone) if is_enough else 0
