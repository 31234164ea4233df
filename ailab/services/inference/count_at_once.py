"""How many pictures go through a network at once."""

from __future__ import annotations

from statistics import median

_TRIES = 3
"""Times of each count, of which the middle one decides."""


class CountAtOnce:
    """Finds the count by trying, while a run goes on: twice as many as long as that pays.

    Args:
        most: no more at once than these.
        pays: the share of the time per picture that twice as many may take at most.
    """

    def __init__(self, most: int = 8, pays: float = 0.95) -> None:
        self._most = most
        self._pays = pays
        self._seconds: dict[int, list[float]] = {1: []}
        self._count = 1
        self._is_settled = most == 1

    @property
    def count(self) -> int:
        """How many pictures to take next, where as many are ready."""
        return self._count

    @property
    def is_settled(self) -> bool:
        """True once no larger count is tried any more."""
        return self._is_settled

    def took(self, count: int, seconds: float, *, may_grow: bool) -> None:
        """Learn how long a run took.

        Args:
            count: of its pictures.
            seconds: of the whole run.
            may_grow: whether memory allows twice as many pictures at once.
        """
        if self._is_settled or count != self._count:
            return
        times = self._seconds[count]
        times.append(seconds / count)
        if len(times) < _TRIES:
            return
        before = self._seconds.get(count // 2)
        if before is not None and median(times) > self._pays * median(before):
            self._count //= 2
            self._is_settled = True
        elif 2 * count <= self._most and may_grow:
            self._count *= 2
            self._seconds[self._count] = []
        else:
            self._is_settled = True

    def give_up(self, count: int = 1) -> None:
        """Take so many pictures at a time from now on: the network does not suit more."""
        self._count = count
        self._is_settled = True
