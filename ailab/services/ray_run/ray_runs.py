"""Folder runs on Ray, as the lab sees them."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from ailab.services.images.picture_reference import absolute_picture, parse_picture
from ailab.services.inference.asked import raise_failure
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse
from ailab.services.inference.first_pictures import Outcome, weighed
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.model_json import model_to_json
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_runner import tell_nobody
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompt_json import prompt_to_json
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.run_place import RunTarget
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.inference.time_limit import LONG, MOST
from ailab.services.inference.worker_failures import senseless
from ailab.services.inference.worker_process import WorkerProcess
from ailab.services.install_command import install_command
from ailab.services.local_path import local_path
from ailab.services.problem import Problem
from ailab.services.ray_run.driver_environment import driver_environment
from ailab.services.ray_run.ray_answers import heard, heard_of, outcome, with_note
from ailab.services.ray_run.ray_errors import (
    driver_ended,
    not_installed,
    not_started,
    silent,
    token_stays,
)
from ailab.services.ray_run.ray_job import RayJob
from ailab.services.results.result_files import free_name, same_name

_log = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-P", "-m", "ailab.services.ray_run.driver")
_GRACE = 35.0
"""Seconds in which Ray must have ended what it started; it is killed then."""
_START = 600.0
"""Seconds in which Ray has to be there: machines that are busy take a minute."""


class RayRuns:
    """The place `RunPlace.RAY`: each run has a driver of its own, which lasts as long as the run.

    Args:
        command: the command line that starts a driver; by default this Python's.
        is_installed: tells whether Ray is there, without importing it.
        time_limit: seconds that each picture has; None to follow a run's pace.
    """

    def __init__(
        self,
        command: Sequence[str] = _COMMAND,
        is_installed: Callable[[], bool] = lambda: find_spec("ray") is not None,
        time_limit: float | None = None,
    ) -> None:
        self.time_limit = time_limit
        self._command = command
        self._is_installed = is_installed
        self._drivers: set[WorkerProcess] = set()

    def limit_time(self, seconds: float | None) -> None:
        """Give each picture of the runs to come so long; None to follow a run's pace."""
        self.time_limit = seconds

    def lack(self) -> Problem | None:
        """That Ray is not installed; see `Elsewhere`."""
        return None if self._is_installed() else not_installed()

    def command(self) -> str:
        """What installs it; see `Elsewhere`."""
        return install_command("ray")

    def runner(self, target: RunTarget) -> RayRunner:
        """What runs pictures there."""
        return RayRunner(self, target)

    async def close(self) -> None:
        """End the drivers that are left."""
        for driver in tuple(self._drivers):
            await self.end(driver)

    async def start(self, address: str) -> WorkerProcess:
        """Start a driver for a cluster's address; empty for Ray on this computer.

        Raises:
            WorkerError: Ray is not installed, or no process can be started.
        """
        if (problem := self.lack()) is not None:
            raise _lacking(problem)
        try:
            folder = await asyncio.to_thread(WorkerFolder)
        except OSError as error:
            raise driver_ended("could not be started", repr(error)) from error
        environment = await asyncio.to_thread(driver_environment, address)
        driver = WorkerProcess(self._command, environment, folder)
        self._drivers.add(driver)
        return driver

    async def end(self, driver: WorkerProcess) -> None:
        """End a driver, and what Ray started for it; waits for that even where it is cancelled."""
        closing = asyncio.ensure_future(asyncio.to_thread(driver.close, _GRACE))
        closing.add_done_callback(lambda _: self._drivers.discard(driver))
        await asyncio.shield(closing)


class RayRunner:
    """Runs pictures at one target; see `PictureRunner`.

    Args:
        runs: starts drivers.
        target: where, and by how many actors.
    """

    def __init__(self, runs: RayRuns, target: RunTarget) -> None:
        self._runs = runs
        self._target = target

    async def load(self, model: RunnableModel) -> DeviceInUse:
        """Nothing yet: each actor loads the model where it runs. Tells the model's own note.

        Raises:
            WorkerError: Ray is not installed, or the model's server is asked with a token.
        """
        if (problem := self._runs.lack()) is not None:
            raise _lacking(problem)
        if model.token is not None:
            raise token_stays(model.name)
        if model.note:
            _log.warning("%s: %s", model.name, model.note)
        return replace(ON_CPU, note=model.note)

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
        """Run a model on pictures; see `Inference.predict_all`.

        A picture that cannot be read, or whose process ends twice, comes with its problem, and
        the run goes on. Closing the generator ends the driver, and with it what it started.
        """
        job = RayJob(
            model=model_to_json(model),
            threshold=threshold,
            save_to=None if save_to is None else str(local_path(save_to)),
            address=self._target.address.strip(),
            workers=self._target.workers,
            time_limit=self._runs.time_limit,
            pieces_from=pieces_from,
            paces=before.paces,
        )
        run = self._outcomes(model, pictures, job, prompts, on_ready)
        async with aclosing(weighed(run, has_come=before.has_come)) as results:
            async for result in results:
                yield result

    async def _outcomes(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        job: RayJob,
        prompts: Prompts,
        on_ready: Callable[[], None],
    ) -> AsyncGenerator[Outcome, None]:
        save_to = None if job.save_to is None else Path(job.save_to)
        names = await asyncio.to_thread(_names, save_to, pictures)
        driver = await self._runs.start(job.address)
        try:
            await _open(driver, job)
            on_ready()
            asked = [
                driver.ask(
                    {
                        "do": "predict",
                        "picture": absolute_picture(picture),
                        "save_as": name,
                        "prompt": prompt_to_json(prompts.of(picture)),
                    }
                )[1]
                for picture, name in zip(pictures, names, strict=True)
            ]
            _, done = driver.ask({"do": "run"})
            ended = asyncio.wrap_future(done)
            ended.add_done_callback(heard)
            told = set[str]()
            for picture, reply in zip(pictures, asked, strict=True):
                doing = f"{model.name} ran on {parse_picture(picture).name}"
                answer = asyncio.wrap_future(reply)
                answer.add_done_callback(heard)
                patience = _patience(job, is_first=picture is pictures[0])
                done_now, _ = await asyncio.wait(
                    {answer, ended}, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                if not done_now:
                    raise silent(patience)
                if not answer.done():  # Ray broke off
                    answer.cancel()
                    raise_failure(heard_of(ended), doing)
                    raise senseless(doing, "no answer")
                result, refusal = await outcome(answer, picture, doing)
                yield with_note(result, answer.result(), told), refusal
        finally:
            await self._runs.end(driver)


def _lacking(problem: Problem) -> WorkerError:
    return WorkerError(problem.message, f"{problem.advice} {install_command('ray')}".strip())


async def _open(driver: WorkerProcess, job: RayJob) -> None:
    _, reply = driver.ask(job.to_json())
    answer = asyncio.wrap_future(reply)
    answer.add_done_callback(heard)
    done, _ = await asyncio.wait({answer}, timeout=_START)
    if not done:
        raise not_started(job.address, _START)
    raise_failure(heard_of(answer), "Ray was started")


def _patience(job: RayJob, *, is_first: bool) -> float:
    """Seconds until a run counts as dead in which Ray itself gives no sign of life.

    On the cluster a `PictureClock` ends what hangs, so that this is for what ended with it. Before
    the first result, a cluster may be full, or wait for machines to come.
    """
    if job.time_limit is None or is_first:
        return MOST + LONG
    return 2 * (LONG + job.time_limit)


def _names(save_to: Path | None, pictures: Sequence[str]) -> list[str | None]:
    """What the files of each picture's result begin with, as a local run would name them."""
    if save_to is None:
        return [None] * len(pictures)
    taken: set[str] = set()
    names: list[str | None] = []
    for picture in pictures:
        taken.add(same_name(name := free_name(save_to, picture, taken)))
        names.append(name)
    return names
