"""The worker's end of the pipe: requests in, replies out, cancelling in between."""

from __future__ import annotations

import logging
import os
import queue
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from ailab.services.inference.device_in_use import device_to_json
from ailab.services.inference.engine import Terminated
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.inference.model_json import model_from_json
from ailab.services.inference.model_runner import ModelRunner, PredictRequest
from ailab.services.inference.prediction_json import result_to_json
from ailab.services.inference.prompt_json import prompt_from_json
from ailab.services.inference.sandbox.handed_pictures import HandedPictures
from ailab.services.inference.worker_messages import (
    FrameError,
    Message,
    read_message,
    write_message,
)
from ailab.services.lab_error import LabError

_log = logging.getLogger(__name__)

_LAST_MOMENTS = 2.0
_AGAIN_AFTER = 0.02


class WorkerLoop:
    """Answers one request after the other until the requests' pipe is closed.

    Requests are `{"id", "do": "load", "model"}` and `{"id", "do": "predict", "model", "picture",
    "is_handed", "threshold", "save_to", "save_as", "prompt"}`; `{"id", "do": "cancel"}` is for the
    request of that id and gets no answer of its own. A reply holds the id and one of `result`
    (after a load, the device that is used), `error` and `cancelled`; beside a prediction's
    `result` stands `memory`.

    The requests are read by a thread of their own, so that a cancel is heard during a forward
    pass; the work itself is done on the thread that calls `run`.

    Args:
        requests: the pipe from the window.
        replies: the pipe to the window.
        make_runner: brings what does the work, with all its heavy imports, on first use.
        pictures: takes the open pictures that requests announce by `is_handed`.
    """

    def __init__(
        self,
        requests: BinaryIO,
        replies: BinaryIO,
        make_runner: Callable[[], ModelRunner],
        pictures: HandedPictures,
    ) -> None:
        self._pictures = pictures
        self._requests = requests
        self._replies = replies
        self._make_runner = make_runner
        self._runner: ModelRunner | None = None
        self._waiting: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._current = -1
        self._done = threading.Event()

    def run(self) -> None:
        """Answer requests; returns when the window closes the pipe or is gone."""
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        try:
            while (message := self._waiting.get()) is not None:
                reply = self._answer(message)
                if reply is not None:
                    self._send(reply)
        except BrokenPipeError:
            _log.debug("the window is gone")
        finally:
            self._done.set()

    def _read(self) -> None:
        try:
            while (message := read_message(self._requests)) is not None:
                if message.body.get("do") == "cancel":
                    self._cancel(int(message.body["id"]))
                    continue
                if message.body.get("is_handed"):
                    self._pictures.receive(int(message.body["id"]), str(message.body["picture"]))
                self._waiting.put(message)
        except (FrameError, OSError, KeyError, ValueError):
            _log.exception("the requests' pipe failed")
        self._waiting.put(None)
        if self._current >= 0:
            self._cancel(self._current)
        if not self._done.wait(_LAST_MOMENTS):
            os._exit(1)  # the work does not stop, and nobody is left who wants it

    def _cancel(self, request: int) -> None:
        with self._lock:
            self._cancelled.add(request)
        threading.Thread(target=self._stop, args=(request,), daemon=True).start()

    def _stop(self, request: int) -> None:
        # Asked again until it is over: the forward pass may be about to begin only.
        while self._current == request:
            if self._runner is not None:
                self._runner.terminate()
            if self._done.wait(_AGAIN_AFTER):
                return

    def _answer(self, message: Message) -> Message | None:
        request = message.body.get("id")
        if not isinstance(request, int):
            _log.error("a request without an id")
            return None
        self._current = request
        try:
            self._stop_if_cancelled()
            body, parts = self._work(Fields(message.body))
        except Terminated:
            body, parts = {"cancelled": True}, {}
        except LabError as error:
            body, parts = {"error": error_to_json(error)}, {}
        except MemoryError as error:
            body, parts = {"error": error_to_json(_no_memory(message.body, error))}, {}
        except Exception as error:
            _log.exception("unexpected")
            body, parts = {"error": error_to_json(_bug(message.body, error))}, {}
        finally:
            self._current = -1
            self._pictures.drop(request)
            with self._lock:
                self._cancelled.discard(request)
        return Message({"id": request, **body}, parts)

    def _stop_if_cancelled(self) -> None:
        with self._lock:
            if self._current in self._cancelled:
                raise Terminated

    def _work(self, fields: Fields) -> tuple[dict[str, Any], dict[str, bytes]]:
        if self._runner is None:
            self._runner = self._make_runner()
        model = model_from_json(fields.inner("model"))
        if fields.text("do") == "load":
            placed = self._runner.load(model).network.device
            return {"result": device_to_json(placed)}, {}
        save_to = fields.text_or_none("save_to")
        request = PredictRequest(
            model,
            fields.text("picture"),
            fields.share("threshold"),
            None if save_to is None else Path(save_to),
            fields.text_or_none("save_as"),
            prompt_from_json(fields.inner("prompt")),
        )
        found = self._runner.predict(request, self._stop_if_cancelled)
        result, parts = result_to_json(found)
        return {"result": result, "memory": found.memory}, parts

    def _send(self, reply: Message) -> None:
        try:
            write_message(self._replies, reply)
        except (ValueError, TypeError) as cause:
            error = ModelFileError(
                "The model answered with values that are not numbers.",
                "Its weights may be damaged or its preprocessing wrong; try another model.",
                detail=repr(cause),
            )
            write_message(
                self._replies, Message({"id": reply.body["id"], "error": error_to_json(error)})
            )


def _subject(body: Any) -> str:
    try:
        fields = Fields(dict(body))
        model = fields.inner("model").text("name")
        picture = fields.text_or_none("picture")
    except ValueError:
        return "a model"
    return f"{model} on {Path(picture).name}" if picture else model


def _no_memory(body: object, error: MemoryError) -> WorkerError:
    return WorkerError(
        f"There is not enough memory to run {_subject(body)}.",
        "Close other programs, or take a smaller picture, a smaller model or a smaller variant of "
        "it.",
        detail=str(error),
    )


def _bug(body: object, error: Exception) -> WorkerError:
    return WorkerError(
        f"Running {_subject(body)} hit a mistake in ailab ({type(error).__name__}).",
        "Try another model or picture, and please report this with the log.",
        detail="".join(traceback.format_exception(error)),
    )
