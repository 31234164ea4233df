"""The worker's end of the pipe: requests in, replies out, cancelling in between."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.inference.sandbox.handed_pictures import HandedPictures
from ailab.services.inference.shared_block import SharedBlock
from ailab.services.inference.told_failures import no_numbers
from ailab.services.inference.worker_job import WorkerJob
from ailab.services.inference.worker_messages import (
    FrameError,
    Message,
    read_message,
    write_message,
)
from ailab.services.inference.worker_stages import WorkerStages

if TYPE_CHECKING:
    from ailab.services.inference.model_runner import ModelRunner

_log = logging.getLogger(__name__)

_LAST_MOMENTS = 2.0
_LARGE = 256 * 2**10
"""Bytes from which on a part is faster through shared memory than through the pipe."""
_AGAIN_AFTER = 0.02
_BETWEEN_WORDS = 0.2
"""Seconds between two messages of progress."""


class WorkerLoop:
    """Answers requests, in their order, until the requests' pipe is closed.

    Requests are `{"id", "do": "load", "model"}`, `{"id", "do": "unload", "path"}` and `{"id",
    "do": "predict", "model", "picture", "is_handed", "threshold", "pieces_from", "save_to",
    "save_as", "prompt"}`, `{"id", "do": "convert", "step", "model", "picture", "is_handed",
    "save_to"}` (see `Converter`); `{"id", "do": "cancel"}` is for the request of that id and gets
    no answer of its own. A `model` of null is that of the request before.

    A reply holds the id and one of `result` (after a load, the device that is used), `error`,
    `cancelled` and `full` (a worker started anew is to be asked, see `WorkerFull`); beside it
    `loaded`, the places of the models in memory, and `wanted`, how many requests keep the worker
    busy; beside a prediction's `result` also `memory`. Before it, there may be `{"id",
    "progress": [done, total]}` a few times a second. A request for a picture also holds `room`:
    where in the shared memory the large parts of its result may lie, and in how many bytes; or
    null.

    The requests are read by a thread of their own, so that a cancel is heard during a forward
    pass; the work itself is done by `WorkerStages` on the thread that calls `run` and its own.

    Args:
        requests: the pipe from the window.
        replies: the pipe to the window.
        make_runner: brings what does the work, with all its heavy imports, on first use.
        pictures: takes the open pictures that requests announce by `is_handed`.
        block: memory shared with the window, for the large parts of results; None for none.
    """

    def __init__(
        self,
        requests: BinaryIO,
        replies: BinaryIO,
        make_runner: Callable[[], ModelRunner],
        pictures: HandedPictures,
        block: SharedBlock | None = None,
    ) -> None:
        self._block = block
        self._pictures = pictures
        self._requests = requests
        self._replies = replies
        self._stages = WorkerStages(make_runner, self._answer, self._tell)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._told = -_BETWEEN_WORDS
        self._model: object = None
        self._jobs: dict[int, WorkerJob] = {}
        self._is_alone = False
        self._done = threading.Event()

    def run(self) -> None:
        """Answer requests; returns when the window closes the pipe or is gone."""
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        try:
            self._stages.run()
        finally:
            self._done.set()

    def _read(self) -> None:
        try:
            while (message := read_message(self._requests)) is not None:
                number = message.body.get("id")
                if not isinstance(number, int):
                    _log.error("a request without an id")
                elif message.body.get("do") == "cancel":
                    self._cancel(number)
                else:
                    if message.body.get("is_handed"):
                        path = parse_picture(str(message.body["picture"])).path
                        self._pictures.receive(number, path)
                    job = WorkerJob(number, self._with_model(message.body))
                    with self._lock:
                        self._jobs[number] = job
                    self._stages.put(job)
        except (FrameError, OSError, KeyError):
            _log.exception("the requests' pipe failed")
        self._stop_all()
        if not self._done.wait(_LAST_MOMENTS):
            os._exit(1)  # the work does not stop, and nobody is left who wants it

    def _with_model(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The request with its model, which is told once for all requests about it in a row."""
        if body.get("model") is None:
            return {**body, "model": self._model}
        self._model = body["model"]
        return body

    def _stop_all(self) -> None:
        self._stages.close()
        with self._lock:
            numbers = list(self._jobs)
        for number in numbers:
            self._cancel(number)

    def _cancel(self, number: int) -> None:
        with self._lock:
            job = self._jobs.get(number)
        if job is not None:
            job.is_cancelled = True
            threading.Thread(target=self._stop, args=(job,), daemon=True).start()

    def _stop(self, job: WorkerJob) -> None:
        # Asked again until it is over: the forward pass may be about to begin only.
        while job.number in self._jobs:
            self._stages.terminate(job)
            if self._done.wait(_AGAIN_AFTER):
                return

    def _tell(self, job: WorkerJob, done: int, total: int) -> None:
        # Between two steps of a network nothing runs that `terminate` could stop.
        job.stop_if_cancelled()
        now = time.monotonic()
        if self._is_alone or now - self._told < _BETWEEN_WORDS:
            return
        self._told = now
        try:
            with self._writing:
                body = {"id": job.number, "progress": [done, total]}
                write_message(self._replies, Message(body))
        except OSError:
            self._leave()

    def _answer(self, job: WorkerJob) -> None:
        self._pictures.drop(job.number)
        with self._lock:
            del self._jobs[job.number]
        body = {
            "id": job.number,
            "loaded": [str(path) for path in self._stages.loaded],
            "wanted": self._stages.wanted,
        }
        if self._is_alone:
            return
        try:
            reply = Message({**body, **(job.answer or {})}, job.parts)
            with self._writing:
                self._send(reply, body, self._put_in(job.body.get("room")))
        except OSError:
            self._leave()

    def _leave(self) -> None:
        _log.debug("the window is gone")
        self._is_alone = True
        self._stop_all()

    def _put_in(self, room: object) -> Callable[[bytes], int | None] | None:
        """What puts parts into a room one after the other, if they are worth it and fit."""
        match room:
            case [int(start), int(size)] if self._block is not None:
                block, place, end = self._block, start, start + size
            case _:
                return None

        def put(data: bytes) -> int | None:
            nonlocal place
            if len(data) < _LARGE or place + len(data) > end:
                return None
            block.write(place, data)
            place += len(data)
            return place - len(data)

        return put

    def _send(
        self,
        reply: Message,
        bare: dict[str, object],
        put: Callable[[bytes], int | None] | None,
    ) -> None:
        try:
            write_message(self._replies, reply, put)
        except (ValueError, TypeError) as cause:
            error = error_to_json(no_numbers(cause))
            write_message(self._replies, Message({**bare, "error": error}))
