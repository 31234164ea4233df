"""The window's end of the decoder: whose turn it is, and when it is started and ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ailab.services.decoding.decoder_error import DecoderError
from ailab.services.decoding.decoder_messages import (
    KEEP_OFF,
    picture_from,
    refusal_from,
    request,
)
from ailab.services.decoding.decoder_start import start_decoder
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.worker_messages import Message
from ailab.services.inference.worker_process import WorkerEndedError, WorkerProcess

_log = logging.getLogger(__name__)
_CLOSE_GRACE = 1.0
_READY: Mapping[str, Any] = {"do": "ready"}


class WalledDecoder:
    """Decodes strangers' pictures in a process within walls; see `PictureDecoder`.

    The process is started for the first picture and decodes one after the other. What it can do is
    use up its time, its memory or its life: each costs the picture that it had, and the next has a
    new process. Light to import.

    Args:
        command: the command line that starts a decoder; None for this Python's.
        start_limit: seconds in which it must be ready.
        time_limit: seconds that a picture may take.
        idle_limit: seconds after which a decoder that is not asked is ended.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] | None = None,
        start_limit: float = 30.0,
        time_limit: float = 10.0,
        idle_limit: float = 30.0,
    ) -> None:
        self._command = command
        self._start_limit = start_limit
        self._time_limit = time_limit
        self._idle_limit = idle_limit
        self._turn = asyncio.Lock()
        self._starting: asyncio.Future[WorkerProcess] | None = None
        self._is_ready = False
        self._timer: asyncio.TimerHandle | None = None
        self._endings: set[asyncio.Future[None]] = set()

    def prepare(self) -> None:
        """Start the process; see `PictureDecoder.prepare`."""
        if not self._turn.locked():
            self._start()
            self._rest_later()

    async def decode(self, content: bytes, *, widest: int, highest: int) -> Picture:
        """A picture; see `PictureDecoder.decode`."""
        async with self._turn:
            self._stop_timer()
            try:
                process = await self._ready()
                return await self._decoded(process, content, widest, highest)
            finally:
                self._rest_later()

    async def close(self) -> None:
        """End the process and wait for its end."""
        self._stop_timer()
        self._end(_CLOSE_GRACE)
        if self._endings:
            await asyncio.wait(self._endings)

    async def _ready(self) -> WorkerProcess:
        """The process, once it is within its walls, so that what fails then is the picture's.

        Raises:
            DecoderError: there is none.
        """
        starting = self._start()
        try:
            # Whoever is cancelled here leaves the process to the next.
            process = await asyncio.shield(starting)
            if not self._is_ready:
                await self._answer(process, _READY, self._start_limit)
                self._is_ready = True
        except WorkerEndedError as ending:
            self._end(0.0)
            raise _nobody(ending.how, ending.detail) from ending
        except TimeoutError as error:
            self._end(0.0)
            raise _nobody("was not ready in time", "") from error
        except OSError as error:
            self._starting = None
            raise _nobody("could not be started", repr(error)) from error
        return process

    def _start(self) -> asyncio.Future[WorkerProcess]:
        """The process that there is, or else a new one."""
        if self._is_ready and self._starting is not None and self._starting.result().has_ended:
            self._end(0.0)  # while nobody asked
        if self._starting is None:
            self._is_ready = False
            start = asyncio.to_thread(start_decoder, self._command)
            self._starting = asyncio.ensure_future(start)
        return self._starting

    async def _decoded(
        self, process: WorkerProcess, content: bytes, widest: int, highest: int
    ) -> Picture:
        body, parts = request(content, widest, highest)
        try:
            message = await self._answer(
                *(process, body, self._time_limit),
                parts=parts,
                read=lambda answer: picture_from(answer, widest, highest),
            )
            picture = message.body.get("result")
            if isinstance(picture, Picture):
                return picture
            refusal = refusal_from(message)
        except WorkerEndedError as ending:
            self._end(0.0)
            raise _undecoded(ending.how, ending.detail) from ending
        except TimeoutError as error:
            self._end(0.0)
            how = f"gave no answer for {self._time_limit:.3g} seconds and was ended"
            raise _undecoded(how, "") from error
        except BadFieldError as error:
            self._end(0.0)
            raise _undecoded("answered with something that is no picture", str(error)) from error
        except asyncio.CancelledError:
            self._end(0.0)  # the next need not wait for the rest of it
            raise
        raise refusal

    async def _answer(
        self,
        process: WorkerProcess,
        body: Mapping[str, Any],
        seconds: float,
        *,
        parts: Mapping[str, bytes] | None = None,
        read: Callable[[Message], Picture] | None = None,
    ) -> Message:
        """Ask, and wait so long for the answer.

        Raises:
            TimeoutError: it took longer.
            WorkerEndedError: the process ended.
            BadFieldError: `read` does.
        """
        _, reply = process.ask(body, parts=parts, read=read)
        future = asyncio.wrap_future(reply)
        future.add_done_callback(_heard)
        await asyncio.wait({future}, timeout=seconds)
        if not future.done():
            raise TimeoutError
        return future.result()

    def _rest_later(self) -> None:
        self._stop_timer()
        if self._starting is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._idle_limit, self._rest)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _rest(self) -> None:
        if not self._turn.locked():  # else whoever has it comes back here
            self._end(_CLOSE_GRACE)

    def _end(self, grace: float) -> None:
        """Let go of the process at once, and end it; the next picture finds none."""
        starting, self._starting = self._starting, None
        if starting is not None:
            ending = asyncio.ensure_future(_ended(starting, grace))
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)


async def _ended(starting: asyncio.Future[WorkerProcess], grace: float) -> None:
    try:
        process = await starting
    except OSError:
        return
    if not grace:
        process.kill()
    await asyncio.to_thread(process.close, grace)


def _heard(reply: asyncio.Future[Message]) -> None:
    """A failure is somebody's who waits, or nobody's any more."""
    if not reply.cancelled():
        reply.exception()


def _nobody(how: str, detail: str) -> DecoderError:
    _log.warning("the picture decoder %s: %s", how, detail)
    return DecoderError(
        f"Pictures of models cannot be shown: the process that decodes them {how}.",
        "Everything else works without it; it is started again for the next picture.",
        detail=detail,
    )


def _undecoded(how: str, detail: str) -> PictureError:
    _log.info("the picture decoder %s: %s", how, detail)
    return PictureError(
        f"It cannot be shown: the process that decodes it {how}.", KEEP_OFF, detail=detail
    )
