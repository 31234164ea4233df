"""How many pictures go through a network at once."""

from __future__ import annotations

from statistics import median

SIZES = (1, 2, 4, 8)
_TRIES = 3
"""Runs of each size, of which the middle one counts."""
_GAIN = 0.95
"""A larger size has to take at most this share of the time per picture."""


class BatchSize:
    """Finds the size by trying, while a run goes on: the next larger one as long as that pays.

    On a processor the networks that gain are few; on a graphics card most do.
    """

    def __init__(self) -> None:
        self._seconds: dict[int, list[float]] = {size: [] for size in SIZES}
        self._index = 0
        self._is_settled = False

    @property
    def size(self) -> int:
        """How many pictures to take next, where as many are ready."""
        return SIZES[self._index]

    @property
    def is_settled(self) -> bool:
        """True once no larger size is tried any more."""
        return self._is_settled

    def took(self, count: int, seconds: float, *, may_grow: bool) -> None:
        """Learn how long a run took.

        Args:
            count: of its pictures.
            seconds: of the whole run.
            may_grow: whether memory allows twice as many pictures at once.
        """
        if self._is_settled or count != self.size:
            return
        times = self._seconds[count]
        times.append(seconds / count)
        if len(times) < _TRIES:
            return
        if self._index and median(times) > _GAIN * median(self._seconds[SIZES[self._index - 1]]):
            self._index -= 1
            self._is_settled = True
        elif self._index + 1 < len(SIZES) and may_grow:
            self._index += 1
        else:
            self._is_settled = True

    def give_up(self) -> None:
        """Take one picture at a time from now on: the network does not suit more."""
        self._index = 0
        self._is_settled = True
