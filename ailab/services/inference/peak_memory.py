"""How much memory this process holds at most."""

from __future__ import annotations

import threading
from types import TracebackType

from psutil import Process

_STEP = 0.005  # seconds


class PeakMemory:
    """Watches the resident memory of this process while it is entered.

    It looks every 5 ms, since what the systems keep themselves is the peak of the whole life of
    a process, and means another thing on each. Code that never lets other threads run is not
    seen; engines do.

    Attributes:
        bytes: the most that was seen in all the times that it was entered.
    """

    def __init__(self) -> None:
        self._process = Process()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.bytes = 0

    def __enter__(self) -> PeakMemory:
        self._over.clear()
        self._look()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._over.wait(_STEP):
            self._look()

    def _look(self) -> None:
        self.bytes = max(self.bytes, int(self._process.memory_info().rss))
