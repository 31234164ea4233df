"""How much memory this process holds at most."""

from __future__ import annotations

import threading
import time
from types import TracebackType

from psutil import Process

_SHORTEST, _LONGEST = 0.02, 0.05  # seconds between two looks
_SHARE = 0.1
"""Of the time watched so far: what takes long holds its most for longer, too."""
_IDLE = 1.0
"""Seconds without anybody after which the thread ends."""


class PeakMemory:
    """Watches the resident memory of this process while it is entered, by as many as like.

    It looks after 20 ms, and less often at what takes long: a look costs a network that uses all
    cores some 0.1 ms, and one that takes a few milliseconds may lose a core to it. What takes less
    time takes little memory, and is looked at when it ends. What the systems keep themselves is
    the peak of the whole life of a process, and means another thing on each. Code that never lets
    other threads run is not seen; engines do. The thread that looks outlives a moment's pause,
    since starting one for each step of each picture takes longer than small networks do.

    Attributes:
        bytes: the most that was seen in all the times that it was entered.
    """

    def __init__(self) -> None:
        self._process = Process()
        self._changed = threading.Condition()
        self._entered = 0
        self._since = 0.0
        self._thread: threading.Thread | None = None
        self.bytes = 0

    def __enter__(self) -> PeakMemory:
        with self._changed:
            self._entered += 1
            if self._entered == 1:
                self._since = time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
                self._thread.start()
            elif self._entered == 1:
                self._changed.notify()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._look()
        with self._changed:
            self._entered -= 1

    def _watch(self) -> None:
        while self._goes_on():
            watched = time.monotonic() - self._since
            time.sleep(min(max(_SHORTEST, watched * _SHARE), _LONGEST))
            if self._entered:
                self._look()

    def _goes_on(self) -> bool:
        with self._changed:
            if self._changed.wait_for(lambda: self._entered, _IDLE):
                return True
            self._thread = None
            return False

    def _look(self) -> None:
        self.bytes = max(self.bytes, int(self._process.memory_info().rss))
