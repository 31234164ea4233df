"""How far requests are, as the window hears it from the worker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_progress import counts_from_json
from ailab.services.inference.worker_messages import FrameError

Tell = Callable[[int, int], None]
_BETWEEN_WORDS = 0.05


class ToldProgress:
    """Hands on what the worker tells of requests under way, which is trusted in nothing.

    What comes more often than 20 times a second is dropped, so that a worker that tells without
    end does not keep the window from its work. Any thread may call it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tells: dict[int, Tell | None] = {}
        self._last = -_BETWEEN_WORDS

    def expect(self, request: int, tell: Tell | None) -> None:
        """Take what is told of a request from now on; for nobody where `tell` is None."""
        with self._lock:
            self._tells[request] = tell

    def end(self, request: object) -> None:
        """Take nothing more of a request, which has its answer."""
        with self._lock:
            if isinstance(request, int):
                self._tells.pop(request, None)

    def hear(self, request: object, progress: object) -> None:
        """Hand on what was told.

        Raises:
            FrameError: it is nonsense, or of no request under way.
        """
        try:
            done, total = counts_from_json(progress)
        except BadFieldError as error:
            raise FrameError(str(error)) from error
        now = monotonic()
        with self._lock:
            if not isinstance(request, int) or request not in self._tells:
                raise FrameError("progress of no question")
            tell = self._tells[request]
            is_early = now - self._last < _BETWEEN_WORDS
            self._last = self._last if is_early else now
        if tell is not None and not is_early:
            tell(done, total)


def on_this_loop(tell: Tell | None) -> Tell | None:
    """The same, to be called from another thread."""
    if tell is None:
        return None
    loop = asyncio.get_running_loop()

    def call(done: int, total: int) -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody wants to know any more
            loop.call_soon_threadsafe(tell, done, total)

    return call
