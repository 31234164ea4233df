"""The window's end of the worker: whose turn it is, what is loaded, and when it is let go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from ailab.services.inference.answer_time import AnswerTime
from ailab.services.inference.asked import Asked, raise_failure
from ailab.services.inference.awaited_replies import Read
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sandbox.model_places import ModelPlace, is_within, joined_places
from ailab.services.inference.told_progress import Tell, on_this_loop
from ailab.services.inference.worker_failures import ended, overdue, senseless
from ailab.services.inference.worker_process import WorkerEndedError, WorkerProcess
from ailab.services.inference.worker_start import places_of, start_worker
from ailab.services.inference.worker_turn import TurnHold, WorkerTurn

if TYPE_CHECKING:
    from ailab.services.inference.sandbox.worker_folder import WorkerFolder
    from ailab.services.inference.worker_messages import Message

_log = logging.getLogger(__name__)
_USUALLY_WANTED = 4
_MOST_WANTED = 32
_NEARLY = 0.1  # seconds that a loop's timers may come too early


class WorkerIsFull(Exception):  # noqa: N818 - not an error: a new worker has room
    """The model is to be loaded by a new worker, so that the memory of those before comes back."""


class WorkerClient:
    """Starts the worker on first use, asks it, and ends it when nothing was asked for a while.

    Args:
        command: the command line that starts a worker; None for this Python's.
        cancel_grace: seconds in which a cancelled request must end before the worker is killed.
        close_grace: seconds in which a closed worker must end before it is killed.
        load_limit: seconds that a request about no picture may take before the worker is killed.
        memory_limit: bytes that the worker may take; None for what suits this machine.
        idle_limit: seconds after which a model that is not used is let go.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] | None,
        cancel_grace: float,
        close_grace: float,
        load_limit: float,
        memory_limit: int | None,
        idle_limit: float,
    ) -> None:
        self._command = command
        self._cancel_grace = cancel_grace
        self._close_grace = close_grace
        self._load_limit = load_limit
        self._memory_limit = memory_limit
        self._idle_limit = idle_limit
        self._places: frozenset[ModelPlace] = frozenset()
        self._may_use_network = False
        self._worker: WorkerProcess | None = None
        self._used: dict[Path, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._resting: asyncio.Task[None] | None = None
        self._ending: asyncio.Future[None] | None = None
        self.turn = WorkerTurn()
        self.wanted = _USUALLY_WANTED
        """How many requests keep the worker busy."""

    @property
    def loaded(self) -> tuple[Path, ...]:
        """Places of the models that the worker has, or was given to load."""
        return tuple(self._used) if self.pid is not None else ()

    @property
    def pid(self) -> int | None:
        """Process id of the worker; None where none runs."""
        if self._worker is None or self._worker.has_ended:
            return None
        return self._worker.pid

    async def ask(self, model: RunnableModel, body: Mapping[str, Any], doing: str) -> Message:
        """Send a request in its turn, and wait for the answer; again where a worker was full.

        Raises:
            LabError: what the worker answers, or `WorkerError`.
        """
        hold = TurnHold(self.turn)
        while True:  # a new worker that says so too is refused
            with suppress(WorkerIsFull):
                return await self.answer(await self.begin(hold, model, body, doing))

    async def load(self, model: RunnableModel) -> Message:
        """Have the worker load a model; see `ask`."""
        return await self.ask(model, {"do": "load"}, f"{model.name} was loaded")

    async def begin(
        self,
        hold: TurnHold,
        model: RunnableModel,
        body: Mapping[str, Any],
        doing: str,
        *,
        more: Callable[[WorkerFolder], Mapping[str, Any]] | None = None,
        tell: Tell | None = None,
        read: Read | None = None,
    ) -> Asked:
        """Send a request, to a worker that may read the model.

        Args:
            hold: the asker's; ended by the answer.
            model: what the request is about.
            body: the request, but for the model.
            doing: what the worker does meanwhile, such as “nuclei ran on cells.tif”.
            more: adds what depends on the worker's folder; called in a thread.
            tell: is told how many parts of how many are done.
            read: makes a value of the answer's `result`, on another thread.

        Raises:
            WorkerError: no worker can be started.
            LabError: `more` does.
        """
        await hold.begin()
        try:
            worker = await self._running(model, doing)
            extra = {} if more is None else await asyncio.to_thread(more, worker.folder)
            self._used |= dict.fromkeys(model.paths, monotonic())
            number, reply = worker.ask({**body, **extra}, model, tell=on_this_loop(tell), read=read)
        except BaseException:
            hold.end()
            raise
        future = asyncio.wrap_future(reply)
        future.add_done_callback(lambda done: self._over(hold, model, done))
        return Asked(worker, model, number, future, doing)

    async def answer(self, asked: Asked, time: AnswerTime | None = None) -> Message:
        """Wait for a request's answer; `time` is that of a picture.

        Cancelling stops the request, by ending the worker if need be.

        Raises:
            LabError: what the worker answers, or `WorkerError`.
            WorkerIsFull: the worker has ended; the same request goes to a new one.
        """
        try:
            given = await (time or AnswerTime.fixed(self._load_limit)).wait(asked.reply)
        except asyncio.CancelledError:
            await self.drop([asked])
            raise
        if given is not None:
            asked.is_too_slow = True
            asked.worker.kill()
            raise overdue(asked.doing, given, is_about_picture=time is not None)
        try:
            message = asked.reply.result()
        except WorkerEndedError as ending:
            raise ended(asked.doing, ending) from ending
        except BadFieldError as error:
            raise senseless(asked.doing, str(error)) from error
        if message.body.get("full"):
            await self._renew(asked.worker)
            if asked.number == 1:  # a new worker has room; one that says otherwise lies
                raise senseless(asked.doing, "full before anything was loaded")
            raise WorkerIsFull
        if "error" in message.body and not is_within(await places_of(asked.model), self._places):
            await self._renew(asked.worker)  # it may not read what lies there now
            raise WorkerIsFull
        raise_failure(message, asked.doing)
        return message

    async def drop(self, asked: Sequence[Asked]) -> None:
        """Have requests dropped; kill the worker where it does not within the grace."""
        if not (going := [each for each in asked if not each.reply.done()]):
            return
        for each in going:
            each.worker.cancel(each.number)
        try:
            await asyncio.wait({each.reply for each in going}, timeout=self._cancel_grace)
        finally:  # also where the waiting itself is cancelled
            if late := [each for each in going if not each.reply.done()]:
                _log.info("the inference process did not stop when asked; ending it")
            for each in late:
                each.worker.kill()
                each.reply.cancel()

    async def close(self) -> None:
        """End the worker and wait for its end."""
        if self._timer is not None:
            self._timer.cancel()
        if self._resting is not None:
            self._resting.cancel()
            await asyncio.wait({self._resting})
        await self._end()
        if self._ending is not None:
            await asyncio.wait({self._ending})

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        self._used.clear()
        self.wanted = _USUALLY_WANTED
        if worker is not None:
            ending = asyncio.to_thread(worker.close, self._close_grace)
            self._ending = asyncio.ensure_future(ending)  # `close` waits for it, whoever asked
            await asyncio.shield(self._ending)

    async def _renew(self, worker: WorkerProcess) -> None:
        """Let the next request find a new worker in place of this one."""
        async with TurnHold(self.turn):
            if self._worker is worker:
                await self._end()

    async def _running(self, model: RunnableModel, doing: str) -> WorkerProcess:
        """The worker, or a new one in its place where it has ended, or may not read the model."""
        is_served = bool(model.address)
        worker = self._worker
        fits = worker is not None and not worker.has_ended and self._may_use_network is is_served
        if worker is not None and fits and self._used.keys() >= set(model.paths):
            return worker  # where the model lies is looked at again once a request fails
        places = await places_of(model)
        if not (fits and is_within(places, self._places)):
            await self._end()  # its memory is given back before another asks for its own
        if self._worker is None:
            self._places = places if is_served else joined_places(places, self._places)
            self._may_use_network = is_served
            try:
                self._worker = await asyncio.to_thread(
                    start_worker,
                    {place.path for place in self._places},
                    command=self._command,
                    memory=self._memory_limit,
                    may_use_network=is_served,
                )
            except OSError as error:
                how = WorkerEndedError("could not be started", repr(error))
                raise ended(doing, how) from error
        return self._worker

    def _over(self, hold: TurnHold, model: RunnableModel, reply: asyncio.Future[Message]) -> None:
        """A request has its answer, or never will."""
        if _heard(reply):
            self._learn(reply.result().body)
            if self._used.keys() >= set(model.paths):
                self._used |= dict.fromkeys(model.paths, monotonic())
        hold.end()
        self._rest_later(self._idle_limit)

    def _learn(self, body: Mapping[str, Any]) -> None:
        """What the worker tells of itself beside each answer; it is not trusted in anything."""
        told = body.get("loaded")
        if isinstance(told, list):
            self._used = {path: used for path, used in self._used.items() if str(path) in told}
        wanted = body.get("wanted")
        if isinstance(wanted, int):
            self.wanted = max(1, min(wanted, _MOST_WANTED))

    def _rest_later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._worker is None:
            return
        self._timer = asyncio.get_running_loop().call_later(seconds, self._rest)

    def _rest(self) -> None:
        # Where the turn is taken, the end of that comes back here.
        if self._worker is not None and not self.turn.is_taken:
            self._resting = asyncio.ensure_future(self._let_go())

    async def _let_go(self) -> None:
        """Let the models go that were not used for long; the worker with the last of them.

        What an engine keeps of a model's memory comes back with the process alone.
        """
        hold = TurnHold(self.turn)
        async with hold:
            now = monotonic()
            idle = [p for p, used in self._used.items() if now - used >= self._idle_limit - _NEARLY]
            worker = self._worker
            if worker is None or len(idle) == len(self._used):
                await self._end()
                return
            for path in idle:
                del self._used[path]
                _, reply = worker.ask({"do": "unload", "path": str(path)})
                answer = asyncio.wrap_future(reply)
                answer.add_done_callback(_heard)
                await asyncio.wait({answer}, timeout=self._load_limit)
            self._rest_later(self._idle_limit - now + min(self._used.values()))


def _heard(reply: asyncio.Future[Message]) -> bool:
    """True for an answer; a failure is somebody's who waits, or nobody's any more."""
    return not reply.cancelled() and reply.exception() is None
