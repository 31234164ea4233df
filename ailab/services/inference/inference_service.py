"""The inference worker behind awaitable methods."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.device import AUTO
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse, device_from_json
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.lab_error_json import error_from_json
from ailab.services.inference.model_json import model_to_json
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.prediction_json import result_from_json
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_json import prompt_to_json
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sandbox.model_places import (
    ModelPlace,
    is_within,
    joined_places,
    model_places,
)
from ailab.services.inference.worker_failures import ended, senseless, too_slow
from ailab.services.inference.worker_process import WorkerEndedError, WorkerProcess
from ailab.services.inference.worker_start import start_worker
from ailab.services.local_path import local_path
from ailab.services.problem import Problem
from ailab.services.results.result_files import ResultFiles
from ailab.services.results.result_saving import ResultSaving

if TYPE_CHECKING:
    from ailab.services.inference.worker_messages import Message

_MOST_MEMORY = 2**50
_log = logging.getLogger(__name__)


class InferenceService:
    """Runs models in a child process that is started on first use.

    One request is under way at a time; others wait their turn. A worker that ended is replaced
    by the next call, which loads its model again.

    Args:
        command: the command line that starts a worker; by default this Python's.
        cancel_grace: seconds in which a cancelled request must end before the worker is killed.
        close_grace: seconds in which a closed worker must end before it is killed.
        time_limit: seconds that loading a model, or a picture, may take before the worker is
            killed. It is there for what never ends: half an hour is more than the largest
            picture takes on a slow machine.
        memory_limit: bytes that the worker may take; None for what suits this machine.
        device: what models run on, see `choose_device`.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] | None = None,
        cancel_grace: float = 1.0,
        close_grace: float = 2.0,
        time_limit: float = 1800.0,
        memory_limit: int | None = None,
        device: str = AUTO,
    ) -> None:
        self._command = command
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._device = device
        self._places: frozenset[ModelPlace] = frozenset()
        self._files = ResultFiles()
        self._cancel_grace = cancel_grace
        self._close_grace = close_grace
        self._worker: WorkerProcess | None = None
        self._turn = asyncio.Lock()
        self._loaded: Path | None = None
        self._placed = ON_CPU

    @property
    def loaded(self) -> Path | None:
        """Path of the model that the worker was last given; None where no worker runs."""
        return self._loaded if self.worker_pid is not None else None

    @property
    def placed(self) -> DeviceInUse:
        """What the model that was loaded last runs on."""
        return self._placed

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None where none runs."""
        if self._worker is None or self._worker.has_ended:
            return None
        return self._worker.pid

    def choose_device(self, device: str) -> None:
        """Let the models that are opened from now on run on one of `device.CHOICES`."""
        self._device = device

    async def open(
        self,
        path: str,
        *,
        model_id: str | None = None,
        revision: str | None = None,
        variant: str | None = None,
    ) -> RunnableModel:
        """Read what lies at a path; see `Inference.open`."""
        model = await asyncio.to_thread(_open_model, path, model_id, revision, variant)
        return replace(model, device=self._device)

    async def load(self, model: RunnableModel) -> DeviceInUse:
        """Load a model into the worker; see `Inference.load`."""
        doing = f"{model.name} was loaded"
        self._loaded = model.path
        reply = await self._ask(model, {"do": "load"}, doing)
        try:
            placed = device_from_json(Fields(reply.body["result"]))
        except BadFieldError as error:
            raise senseless(doing, str(error)) from error
        if placed.note:
            _log.warning("%s: %s", model.name, placed.note)
        self._placed = placed
        return placed

    async def predict(
        self,
        model: RunnableModel,
        picture: str,
        *,
        threshold: float,
        save_to: Path | None,
        prompt: Prompt = NO_PROMPT,
    ) -> PictureResult:
        """Run a model on a picture; see `Inference.predict`.

        A result that could not be saved comes back whole, with the reason as its `problem`.
        """
        doing = f"{model.name} ran on {PurePath(picture).name}"
        self._loaded = model.path
        body: dict[str, Any] = {
            "do": "predict",
            "picture": picture,
            "threshold": threshold,
            "prompt": prompt_to_json(prompt),
        }
        saving = None if save_to is None else ResultSaving(self._files, save_to, picture)
        try:
            reply = await self._ask(model, body, doing, saving)
            result = await asyncio.to_thread(_read_result, reply)
            return result if saving is None else await asyncio.to_thread(saving.bring, result)
        except BadFieldError as error:
            raise senseless(doing, str(error)) from error
        finally:
            if saving is not None:
                await asyncio.to_thread(saving.close)

    async def predict_all(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        *,
        threshold: float,
        save_to: Path | None,
        prompts: Prompts = NO_PROMPTS,
    ) -> AsyncGenerator[PictureResult, None]:
        """Run a model on pictures, one after the other; see `Inference.predict_all`."""
        ended_before = False
        for picture in pictures:
            try:
                result = await self.predict(
                    model,
                    picture,
                    threshold=threshold,
                    save_to=save_to,
                    prompt=prompts.of(picture),
                )
                ended_before = False
            except PictureError as error:
                result = PictureResult(picture, problem=Problem.of(error))
            except WorkerError as error:
                yield PictureResult(picture, problem=Problem.of(error))
                if ended_before or len(pictures) == 1:
                    raise
                ended_before = True
                continue
            yield result

    async def close(self) -> None:
        """End the worker and wait for its end."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await asyncio.to_thread(worker.close, self._close_grace)

    async def _ask(
        self,
        model: RunnableModel,
        body: dict[str, Any],
        doing: str,
        saving: ResultSaving | None = None,
    ) -> Message:
        """Send a request to a worker that may read the model, and wait for the answer."""
        async with self._turn:
            worker = await self._running(model, doing)
            if saving is not None:
                body |= await asyncio.to_thread(saving.begin, worker.folder)
            request, reply = worker.ask({**body, "model": model_to_json(model)})
            future = asyncio.wrap_future(reply)
            # A failure that comes after a cancelling is nobody's any more.
            future.add_done_callback(lambda done: done.cancelled() or done.exception())
            try:
                await asyncio.wait({future}, timeout=self._time_limit)
            except asyncio.CancelledError:
                await self._stop(worker, request, future)
                raise
            if not future.done():
                worker.kill()
                raise too_slow(doing, self._time_limit)
        try:
            message = future.result()
        except WorkerEndedError as ending:
            raise ended(doing, ending) from ending
        if (error := message.body.get("error")) is not None:
            try:
                failure = error_from_json(Fields(error))
            except BadFieldError as bad:
                raise senseless(doing, str(bad)) from bad
            _log.info("%s %s", failure, failure.detail)
            raise failure
        if message.body.get("cancelled"):
            # Nobody here cancelled it: the service was closed meanwhile.
            raise ended(doing, WorkerEndedError("was closed", ""))
        if "result" not in message.body:
            raise senseless(doing, "neither a result nor an error")
        return message

    async def _running(self, model: RunnableModel, doing: str) -> WorkerProcess:
        """The worker, or a new one in its place where it has ended, or may not read the model."""
        places = await asyncio.to_thread(model_places, model.path)
        if self._worker is not None and (
            self._worker.has_ended or not is_within(places, self._places)
        ):
            # Its memory is given back before another asks for its own.
            await self.close()
        if self._worker is None:
            self._places = joined_places(places, self._places)
            try:
                self._worker = await asyncio.to_thread(
                    start_worker,
                    {place.path for place in self._places},
                    command=self._command,
                    memory=self._memory_limit,
                )
            except OSError as error:
                how = WorkerEndedError("could not be started", repr(error))
                raise ended(doing, how) from error
        return self._worker

    async def _stop(
        self, worker: WorkerProcess, request: int, future: asyncio.Future[Message]
    ) -> None:
        """Ask the worker to drop a request; kill it where it does not within the grace."""
        worker.cancel(request)
        try:
            await asyncio.wait({future}, timeout=self._cancel_grace)
        finally:  # also where the waiting itself is cancelled
            if not future.done():
                _log.info("the inference process did not stop when asked; ending it")
                worker.kill()
                future.cancel()


def _open_model(
    path: str, model_id: str | None, revision: str | None, variant: str | None
) -> RunnableModel:
    from ailab.services.inference.open_model import open_model  # noqa: PLC0415

    return open_model(local_path(path), model_id=model_id, revision=revision, variant=variant)


def _read_result(reply: Message) -> PictureResult:
    result = result_from_json(reply.body["result"], reply.parts)
    memory = Fields(reply.body).integer_or_none("memory", 0, _MOST_MEMORY)
    return replace(result, memory=memory)
