"""The worker's replies, as the window awaits them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from dataclasses import replace

from ailab.services.inference.told_progress import Tell, ToldProgress
from ailab.services.inference.worker_messages import FrameError, Message

Read = Callable[[Message], object]
"""Makes a value of a reply's `result`; what it raises, the reply fails by."""


class AwaitedReplies:
    """Hands replies, and how far they are, to those who asked. Any thread may call it.

    Attributes:
        ending: why there are no more replies; None as long as there may be.
    """

    def __init__(self) -> None:
        self.ending: Exception | None = None
        self._lock = threading.Lock()
        self._asked: dict[int, tuple[Future[Message], Read | None]] = {}
        self._progress = ToldProgress()
        self._last = 0

    def expect(self, tell: Tell | None, read: Read | None) -> tuple[int, Future[Message]]:
        """A new request's id, and its reply to come, or that there will be none."""
        reply: Future[Message] = Future()
        reply.set_running_or_notify_cancel()  # one that nobody awaits any more stays settable
        with self._lock:
            self._last += 1
            request = self._last
            if self.ending is not None:
                reply.set_exception(self.ending)
            else:
                self._asked[request] = reply, read
                self._progress.expect(request, tell)
        return request, reply

    def hear(self, message: Message) -> None:
        """Hand on what the worker said.

        A reply's result is read here, on the thread that heard it, so that who asked needs none.

        Raises:
            FrameError: it is nonsense, or about no request under way.
        """
        number = message.body.get("id")
        if "progress" in message.body:
            self._progress.hear(number, message.body["progress"])
            return
        self._progress.end(number)
        with self._lock:
            asked = self._asked.pop(number, None) if isinstance(number, int) else None
        if asked is None:
            raise FrameError("an answer to no question")
        reply, read = asked
        if read is not None and "result" in message.body:
            try:
                message = replace(message, body={**message.body, "result": read(message)})
            except Exception as error:  # that of whoever asked
                reply.set_exception(error)
                return
        reply.set_result(message)

    def end(self, ending: Exception) -> None:
        """Fail the replies that are still awaited, and all to come."""
        with self._lock:
            self.ending = ending
            asked = list(self._asked.values())
            self._asked.clear()
        for reply, _ in asked:
            with contextlib.suppress(InvalidStateError):
                reply.set_exception(ending)
