"""The inference worker behind awaitable methods."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.account.in_daemon_thread import in_daemon_thread
from ailab.services.inference.device import AUTO
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse, device_from_json
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.picture_request import PictureRequest, PictureTask
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_runner import tell_nobody
from ailab.services.inference.pictures_in_flight import PicturesInFlight
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.time_limit import LONG, TimeLimit
from ailab.services.inference.worker_client import WorkerClient, WorkerIsFull
from ailab.services.inference.worker_failures import senseless
from ailab.services.inference.worker_turn import TurnHold
from ailab.services.local_path import local_path
from ailab.services.results.result_files import ResultFiles
from ailab.services.served.served_address import is_served_address

if TYPE_CHECKING:
    from ailab.services.kept_sheets.kept_sheets import KeptSheets

_log = logging.getLogger(__name__)


class InferenceService:
    """Runs models in a child process that is started on first use.

    One asker's requests are under way at a time; others wait their turn. A worker that ended is
    replaced by the next call, which loads its model again.

    Args:
        command: the command line that starts a worker; by default this Python's.
        cancel_grace: seconds in which a cancelled request must end before the worker is killed.
        close_grace: seconds in which a closed worker must end before it is killed.
        time_limit: seconds that a picture may take before the worker is killed; None to follow
            each run's own pace, see `TimeLimit`. It is there for what never ends.
        load_limit: seconds that loading a model may take.
        memory_limit: bytes that the worker may take; None for what suits this machine.
        idle_limit: seconds after which a model that is not used is let go; the worker ends with
            the last of them, since only so all their memory comes back.
        device: what models run on, see `choose_device`.
        served: opens a model on a server by its address; None where there are none.
        sheets: those that a person gave models in the Hub's cache; None where there are none.
    """

    def __init__(
        self,
        *,
        command: Sequence[str] | None = None,
        cancel_grace: float = 1.0,
        close_grace: float = 2.0,
        time_limit: float | None = None,
        load_limit: float = LONG,
        memory_limit: int | None = None,
        idle_limit: float = 300.0,
        device: str = AUTO,
        served: Callable[[str], RunnableModel] | None = None,
        sheets: KeptSheets | None = None,
    ) -> None:
        self._device = device
        self._time_limit = time_limit
        self._served = served
        self._sheets = sheets
        self._placed = ON_CPU
        self._files = ResultFiles()
        self._watcher: Callable[[PictureProgress], None] | None = None
        self._client = WorkerClient(
            command=command,
            cancel_grace=cancel_grace,
            close_grace=close_grace,
            load_limit=load_limit,
            memory_limit=memory_limit,
            idle_limit=idle_limit,
        )

    @property
    def loaded(self) -> tuple[Path, ...]:
        """Paths of the models that the worker keeps, or was given to load."""
        return self._client.loaded

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker; None where none runs."""
        return self._client.pid

    @property
    def placed(self) -> DeviceInUse:
        """What the model that was loaded last runs on."""
        return self._placed

    def choose_device(self, device: str) -> None:
        """Let the models that are opened from now on run on one of `device.CHOICES`."""
        self._device = device

    def limit_time(self, seconds: float | None) -> None:
        """Give each picture that is run from now on so long; None to follow the run's pace."""
        self._time_limit = seconds

    async def open(
        self,
        path: str,
        *,
        model_id: str | None = None,
        revision: str | None = None,
        variant: str | None = None,
    ) -> RunnableModel:
        """Read what lies at a path; see `Inference.open`."""
        if self._served is not None and is_served_address(path):
            # The key ring may be asked for a token, and may ask the person.
            return await in_daemon_thread(partial(self._served, path))
        model = await asyncio.to_thread(
            _open_model, path, model_id, revision, variant, self._sheets
        )
        return replace(model, device=self._device)

    async def load(self, model: RunnableModel) -> DeviceInUse:
        """Load a model into the worker; see `Inference.load`."""
        reply = await self._client.load(model)
        try:
            placed = device_from_json(Fields(reply.body["result"]))
        except BadFieldError as error:
            raise senseless(f"{model.name} was loaded", str(error)) from error
        if model.note:
            placed = replace(placed, note=f"{placed.note} {model.note}".strip())
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
        task = self._task(model, threshold, save_to, lambda _: prompt)
        request = PictureRequest(task, picture, self._client)
        hold = TurnHold(self._client.turn)
        try:
            while True:  # a new worker that says that it is full is refused
                with suppress(WorkerIsFull):
                    is_there = set(model.paths) <= set(self._client.loaded)
                    if self._time_limit is not None and not is_there:
                        await self._client.load(model)  # which is no part of the picture's time
                    await request.send(hold)
                    return await request.result()
        finally:
            await request.close()

    async def predict_all(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        *,
        threshold: float,
        save_to: Path | None,
        prompts: Prompts = NO_PROMPTS,
        pieces_from: int = PIECES_FROM,
        on_ready: Callable[[], None] = tell_nobody,
        before: RunBefore = NOTHING_BEFORE,
    ) -> AsyncGenerator[PictureResult, None]:
        """Run a model on pictures, several of them under way at once.

        See `Inference.predict_all` and `PicturesInFlight`. The worker is there since `load`.
        """
        del on_ready
        task = self._task(model, threshold, save_to, prompts.of, pieces_from=pieces_from)
        task = replace(task, limit=TimeLimit(self._time_limit, before.paces))
        run = PicturesInFlight(task, pictures, self._client, has_come=before.has_come)
        async with aclosing(run.results()) as results:
            async for result in results:
                yield result

    def watch(self, watcher: Callable[[PictureProgress], None] | None) -> None:
        """Name who is told how far the network is; see `Inference.watch`."""
        self._watcher = watcher

    def _task(
        self,
        model: RunnableModel,
        threshold: float,
        save_to: Path | None,
        prompt_of: Callable[[str], Prompt],
        *,
        pieces_from: int = PIECES_FROM,
    ) -> PictureTask:
        return PictureTask(
            *(model, threshold, save_to, prompt_of, self._files, self._tell),
            limit=TimeLimit(self._time_limit),
            pieces_from=pieces_from,
        )

    def _tell(self, progress: PictureProgress) -> None:
        if self._watcher is not None:
            self._watcher(progress)

    async def close(self) -> None:
        """End the worker and wait for its end."""
        await self._client.close()


def _open_model(
    path: str,
    model_id: str | None,
    revision: str | None,
    variant: str | None,
    sheets: KeptSheets | None,
) -> RunnableModel:
    from ailab.services.inference.open_model import open_model  # noqa: PLC0415

    place = local_path(path)
    return open_model(place, model_id=model_id, revision=revision, variant=variant, sheets=sheets)
