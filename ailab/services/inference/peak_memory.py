"""How much memory this process holds at most."""

from __future__ import annotations

import threading
from types import TracebackType

from psutil import Process

_STEP = 0.005  # seconds


class PeakMemory:
    """Watches the resident memory of this process while it is entered, by as many as like.

    It looks every 5 ms, since what the systems keep themselves is the peak of the whole life of
    a process, and means another thing on each. Code that never lets other threads run is not
    seen; engines do.

    Attributes:
        bytes: the most that was seen in all the times that it was entered.
    """

    def __init__(self) -> None:
        self._process = Process()
        self._lock = threading.Lock()
        self._entered = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.bytes = 0

    def __enter__(self) -> PeakMemory:
        self._look()
        with self._lock:
            self._entered += 1
            if self._entered == 1:
                self._over = threading.Event()
                self._thread = threading.Thread(
                    target=self._watch, args=(self._over,), name="memory", daemon=True
                )
                self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._entered -= 1
            thread = None if self._entered else self._thread
            if thread is not None:
                self._over.set()
        if thread is not None:
            thread.join()
        self._look()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_STEP):
            self._look()

    def _look(self) -> None:
        self.bytes = max(self.bytes, int(self._process.memory_info().rss))
