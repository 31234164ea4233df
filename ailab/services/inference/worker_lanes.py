"""The worker's threads that run pictures beside each other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait


class WorkerLanes:
    """Starts no more work at the same time than is asked for; used by one thread."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._busy: set[Future[None]] = set()

    @property
    def are_busy(self) -> bool:
        """True while something runs in a lane."""
        self._busy = {future for future in self._busy if not future.done()}
        return bool(self._busy)

    def start(self, work: Callable[[], None], most: int) -> Future[None]:
        """Start work once fewer than `most` are under way."""
        while len(self._busy) >= most:
            _, self._busy = wait(self._busy, return_when=FIRST_COMPLETED)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(thread_name_prefix="lane")
        future = self._threads.submit(work)
        self._busy.add(future)
        return future

    def wait(self) -> None:
        """Wait until nothing runs in a lane."""
        wait(self._busy)
        self._busy = set()

    def close(self) -> None:
        """Wait, and let go of the threads."""
        if self._threads is not None:
            self._threads.shutdown()
