"""Answers of the Hub kept for a while, so that nothing is asked twice within a short time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

_MOST_ANSWERS = 256
_MOST_BYTES = 8 * 2**20  # as values they take several times that


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was read.

    Attributes:
        value: what was made of it.
        next_url: the address of the next page; None where there is none.
        etag: by which the Hub tells whether it is still the same; empty where it named none.
        size: bytes of the JSON that it came as.
        asked_at: by the cache's clock.
    """

    value: object
    next_url: str | None
    etag: str
    size: int
    asked_at: float = 0.0


class AnswerCache:
    """The answers asked for last, up to 256 of them and 8 MiB of JSON.

    A key holds whoever asked as well as the address, so that nobody is given what somebody else
    was allowed to see.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: OrderedDict[Hashable, KeptAnswer] = OrderedDict()
        self._size = 0

    def find(self, key: Hashable) -> KeptAnswer | None:
        """The answer kept, however old."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def is_fresh(self, answer: KeptAnswer, seconds: float) -> bool:
        """True where it was asked for within so many seconds."""
        return self._clock() - answer.asked_at < seconds

    def keep(self, key: Hashable, answer: KeptAnswer) -> None:
        """Keep an answer that was just given, or confirmed."""
        self._drop(key)
        self._answers[key] = replace(answer, asked_at=self._clock())
        self._size += answer.size
        while len(self._answers) > _MOST_ANSWERS or self._size > _MOST_BYTES:
            self._drop(next(iter(self._answers)))

    def forget(self) -> None:
        """Drop all answers."""
        self._answers.clear()
        self._size = 0

    def _drop(self, key: Hashable) -> None:
        if answer := self._answers.pop(key, None):
            self._size -= answer.size
