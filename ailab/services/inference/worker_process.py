"""The worker's process as the window holds it: pipes, threads, and how it ended."""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.awaited_replies import AwaitedReplies, Read
from ailab.services.inference.exit_words import exit_words
from ailab.services.inference.message_limits import MessageLimits
from ailab.services.inference.model_json import told_to_worker
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.told_progress import Tell
from ailab.services.inference.worker_log import WorkerLog
from ailab.services.inference.worker_messages import (
    FrameError,
    Message,
    read_message,
    write_message,
)

if TYPE_CHECKING:
    from ailab.services.inference.result_rooms import ResultRooms
    from ailab.services.inference.sandbox.picture_handout import PictureHandout
    from ailab.services.inference.sandbox.worker_folder import WorkerFolder

_log = logging.getLogger(__name__)

_USUAL = MessageLimits()
_MOMENT = 2.0
# A killed process that the system still holds, at a dead network drive, is not waited for longer.
_LAST_WAIT = 10.0

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW
else:
    _FLAGS = 0


class WorkerEndedError(Exception):
    """The worker ended, or stopped making sense, before it answered.

    Attributes:
        how: in a person's words, to follow what the process is called.
        detail: its last lines, for the log.
        code: its exit code; None where it has none, or none of its own.
    """

    def __init__(self, how: str, detail: str, code: int | None = None) -> None:
        super().__init__(how)
        self.how = how
        self.detail = detail
        self.code = code


class WorkerProcess:
    """A worker that was started, and may have ended; no method waits, except `close`.

    Three threads move the bytes: one starts the process and writes requests, one reads replies
    and in the end reaps the process, one drains its standard error into the log.

    Attributes:
        folder: the only one that the worker may write to.
        log: what it wrote to its standard error.

    Args:
        command: the command line.
        environment: the process's whole environment.
        folder: the worker's own, removed after its end.
        handout: hands it the pictures of its requests; None to let it open them itself.
        rooms: where it puts large results; closed after its end. None to have them by the pipe.
        limits: how much of an answer is believed.
        name: what the process is called in the log.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: WorkerFolder,
        handout: PictureHandout | None = None,
        rooms: ResultRooms | None = None,
        *,
        limits: MessageLimits = _USUAL,
        name: str = "inference process",
    ) -> None:
        self.folder = folder
        self._rooms = rooms
        self._handout = handout
        self._command = tuple(command)
        self._environment = dict(environment)
        self._outgoing: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._replies = AwaitedReplies()
        self._model: RunnableModel | None = None
        self._is_killed = False
        self._is_closing = False
        self._process: subprocess.Popen[bytes] | None = None
        self._limits = limits
        self._name = name
        self.log = WorkerLog(_log, name)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def has_ended(self) -> bool:
        """True where it will answer nothing more."""
        return self._is_killed or self._replies.ending is not None

    @property
    def pid(self) -> int | None:
        """The process's id; None before it has started."""
        return None if self._process is None else self._process.pid

    def ask(
        self,
        body: Mapping[str, Any],
        model: RunnableModel | None = None,
        *,
        parts: Mapping[str, bytes] | None = None,
        tell: Tell | None = None,
        read: Read | None = None,
    ) -> tuple[int, Future[Message]]:
        """Send a request; its id, and its reply to come.

        Args:
            body: the request, but for its model.
            model: what the request is about.
            parts: bytes that go with it, by name.
            tell: is told how many parts of how many are done, on a thread of this object.
            read: makes a value of a reply's `result`, which stands in its place then; on a thread
                of this object too, so that the asker needs none.

        Returns:
            A reply that fails by `WorkerEndedError` where the worker ends before it, or by what
            `read` raises.
        """
        with self._lock:
            request, reply = self._replies.expect(tell, read)
            if reply.done():
                return request, reply
            room = None
            if self._rooms is not None and "picture" in body:
                room = self._rooms.take(request)
            whole = {**body, "id": request, "room": room}
            if model is not None:  # its thousands of labels are told once
                whole["model"] = None if model == self._model else told_to_worker(model)
                self._model = model
            self._outgoing.put(Message(whole, parts or {}))
        return request, reply

    def cancel(self, request: int) -> None:
        """Ask for the end of a request; its reply then comes sooner, whatever it is."""
        self._outgoing.put(Message({"do": "cancel", "id": request}))

    def kill(self) -> None:
        """End the process at once."""
        with self._lock:
            self._is_killed = True
            process = self._process
        if process is not None:
            process.kill()

    def close(self, grace: float) -> None:
        """Close the worker's input, wait `grace` seconds for its end, then kill; reap it.

        Waits, so that it is called in a thread.
        """
        self._is_closing = True
        self._outgoing.put(None)
        self._thread.join(grace)
        if self._thread.is_alive():
            self.kill()
            self._thread.join(_LAST_WAIT)

    def _run(self) -> None:
        """Start the process, read its replies until it ends, then reap it."""
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment,
                creationflags=_FLAGS,
                pass_fds=self._inherited(),
            )
        except OSError as error:
            self._end("could not be started", repr(error))
            self._clear_up()
            return
        if self._handout is not None:
            self._handout.close_theirs()
        with self._lock:
            self._process = process
            if self._is_killed:
                process.kill()
        requests, replies, log = _pipes(process)
        writer = threading.Thread(target=self._write, args=(requests,), daemon=True)
        drain = threading.Thread(target=self.log.drain, args=(log,), daemon=True)
        writer.start()
        drain.start()
        nonsense = self._read(replies)
        try:
            code = process.wait(_MOMENT)
        except subprocess.TimeoutExpired:
            # It has closed its pipe and lives on, or stopped making sense: of no use either way.
            process.kill()
            process.wait()
            code = None
        self._outgoing.put(None)
        writer.join()
        # A grandchild may hold the pipe open; its lines are not waited for.
        drain.join(_MOMENT)
        replies.close()
        if not drain.is_alive():
            log.close()
        how = "was closed" if self._is_closing else nonsense or exit_words(code)
        self._end(how, "\n".join(self.log.lines), code)
        self._clear_up()

    def _inherited(self) -> tuple[int, ...]:
        pictures = () if self._handout is None else (self._handout.their_end,)
        return pictures if self._rooms is None else (*pictures, *self._rooms.block.inherited)

    def _clear_up(self) -> None:
        if self._rooms is not None:
            self._rooms.block.close()
        if self._handout is not None:
            self._handout.close()
        self.folder.remove()

    def _read(self, stream: IO[bytes]) -> str:
        """Hand out replies until there are no more; why it ended, if not by closing the pipe."""
        try:
            get = None if self._rooms is None else self._rooms.read
            while (message := read_message(stream, get, self._limits)) is not None:
                number = message.body.get("id")
                is_reply = "progress" not in message.body
                if is_reply and self._rooms is not None and isinstance(number, int):
                    self._rooms.give_back(number)
                self._replies.hear(message)
        except FrameError as error:
            _log.warning("the %s: %s", self._name, error)
            if "cut short" not in str(error):
                self.kill()
                return f"answered with something that is no answer ({error})"
        except (OSError, MemoryError) as error:
            self.kill()
            return f"could not be understood ({error!r})"
        return ""

    def _write(self, stream: IO[bytes]) -> None:
        try:
            while (message := self._outgoing.get()) is not None:
                write_message(stream, self._with_picture(message))
        except OSError as error:
            _log.debug("the %s takes no more requests: %r", self._name, error)
        except (TypeError, ValueError):  # else the request would be awaited for ever
            _log.exception("a request cannot be sent")
            self.kill()
        with contextlib.suppress(OSError):  # unwritten bytes of a worker that is gone
            stream.close()

    def _with_picture(self, message: Message) -> Message:
        """Hand over the picture that a request names, and announce it."""
        picture = message.body.get("picture")
        if self._handout is None or picture is None:
            return message
        if not self._handout.hand(parse_picture(picture).path):
            return message
        return replace(message, body={**message.body, "is_handed": True})

    def _end(self, how: str, detail: str, code: int | None = None) -> None:
        self._replies.end(WorkerEndedError(how, detail, code))


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    pipes = (process.stdin, process.stdout, process.stderr)
    if pipes[0] is None or pipes[1] is None or pipes[2] is None:
        raise ValueError("a worker is started with three pipes")
    return pipes[0], pipes[1], pipes[2]
