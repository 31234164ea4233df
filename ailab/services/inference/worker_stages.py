"""The worker's three stages: the next picture is read while this one runs and the last is saved.

Where it is faster, the second of them runs several pictures beside each other, in lanes.
Pillow, NumPy and the engines let other threads run during their heavy parts, so that three
threads use what the network leaves of the processor. Requests keep their order throughout.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Queue, SimpleQueue
from typing import TYPE_CHECKING

from ailab.services.inference.byte_budget import ByteBudget
from ailab.services.inference.device_in_use import device_to_json
from ailab.services.inference.freed_memory import return_free_pages
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.model_json import model_from_json
from ailab.services.inference.picture_result_json import result_to_json
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.predict_requests import PredictRequests
from ailab.services.inference.ready_jobs import Loading, ReadyJobs
from ailab.services.inference.worker_job import WorkerJob
from ailab.services.inference.worker_lanes import WorkerLanes

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.inference.model_runner import ModelRunner

_log = logging.getLogger(__name__)

_MOST_BYTES = 256 * 2**20
"""Of pictures and tensors under way: some three of 12 megapixels, or one of 60."""
_REST = 10.0
"""Seconds without a request after which memory that was kept for the next one is given back."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A job that the network is done with, or will be once what runs in a lane is."""

    job: WorkerJob
    in_lane: Future[None] | None = None


class WorkerStages:
    """Takes requests in order, and answers them in order.

    Networks are run, and models loaded, on the thread that calls `run`, or in lanes of the threads
    that it starts; two more threads do what comes before and after.

    Args:
        make_runner: brings what does the work, with all its heavy imports, on first use.
        answered: takes each job with its answer, on a thread of the stages.
        told: takes how many parts of how many of a job the network has done, often, on a thread
            of the stages.
        most_bytes: of the pictures under way at once.
        rest: seconds without a request after which memory kept for the next one is given back.
    """

    def __init__(
        self,
        make_runner: Callable[[], ModelRunner],
        answered: Callable[[WorkerJob], None],
        told: Callable[[WorkerJob, int, int], None],
        most_bytes: int = _MOST_BYTES,
        rest: float = _REST,
    ) -> None:
        self._make_runner = make_runner
        self._answered = answered
        self._told = told
        self._runner: ModelRunner | None = None
        self._budget = ByteBudget(most_bytes)
        self._to_read: SimpleQueue[WorkerJob | None] = SimpleQueue()
        self._to_run = ReadyJobs(rest, return_free_pages)
        self._to_finish: Queue[_Run | None] = Queue()
        self._lanes = WorkerLanes()
        self._at_once = 1
        self._requests = PredictRequests()

    @property
    def loaded(self) -> tuple[Path, ...]:
        """The places of the models that are loaded."""
        return () if self._runner is None else self._runner.loaded

    @property
    def wanted(self) -> int:
        """How many requests keep all stages busy: one read, one finished, one run, one ready."""
        return 2 * self._at_once + 2

    def put(self, job: WorkerJob) -> None:
        """Take a request."""
        self._to_read.put(job)

    def close(self) -> None:
        """Take no more requests: `run` comes to its end."""
        self._budget.close()
        self._to_read.put(None)

    def terminate(self, job: WorkerJob) -> None:
        """Stop the forward pass under way, where it is this job's; from another thread."""
        if (steps := job.steps) is not None:
            steps.terminate()

    def run(self) -> None:
        """Work; returns once all that came before `close` is answered."""
        threads = [
            threading.Thread(target=self._read_all, name="pictures", daemon=True),
            threading.Thread(target=self._finish_all, name="results", daemon=True),
        ]
        for thread in threads:
            thread.start()
        while (come := self._take()) is not None:
            if isinstance(come, Loading):
                self._load(come)
            else:
                self._run(come)
        self._lanes.close()
        self._to_finish.put(None)
        for thread in threads:
            thread.join()

    # The first stage.

    def _read_all(self) -> None:
        while (job := self._to_read.get()) is not None:
            job.do(partial(self._open, job))
            self._to_run.put(job)
        self._to_run.put(None)

    def _open(self, job: WorkerJob) -> None:
        if self._runner is None:
            self._runner = self._make_runner()
        if Fields(job.body).text("do") == "predict":
            self._prepare(job, self._runner, self._requests.read(job.body))

    def _prepare(self, job: WorkerJob, runner: ModelRunner, request: PredictRequest) -> None:
        loaded = runner.find(request.model)
        coming: Future[LoadedModel] = Future()
        if loaded is None:  # the next stage loads it while the picture is read here
            self._to_run.put(Loading(request.model, coming))
        steps = job.steps = runner.steps(request)
        steps.tell = partial(self._told, job)
        self._budget.wait_for_room()
        with runner.watched():
            try:
                job.stop_if_cancelled()
                steps.decode()
                self._budget.hold(job.number, steps.bytes)
            finally:
                if loaded is None:
                    loaded = coming.result()  # what is wrong with a model is told first
            job.stop_if_cancelled()
            steps.prepare(loaded)
        self._budget.hold(job.number, steps.bytes)

    # The second.

    def _take(self) -> list[WorkerJob] | Loading | None:
        """What is to be done next; several pictures where they can be run at once."""
        first = self._to_run.take()
        if not isinstance(first, WorkerJob):
            return first
        together = [first]
        runner = self._runner
        if runner is None or first.answer is not None or first.steps is None:
            return together
        most, key = runner.most_at_once(first.steps), runner.key(first.steps)
        self._at_once = max(most, runner.lanes(first.steps))

        def goes_along(job: WorkerJob) -> bool:
            return job.answer is None and job.steps is not None and runner.key(job.steps) == key

        while len(together) < most and (job := self._to_run.take_if(goes_along)) is not None:
            together.append(job)
        return together

    def _load(self, loading: Loading) -> None:
        self._to_finish.join()  # a model that has to go is not held by pictures any more
        try:
            loading.loaded.set_result(self._known_runner().load(loading.model))
        except BaseException as error:
            loading.loaded.set_exception(error)

    def _run(self, jobs: list[WorkerJob]) -> None:
        lanes = self._lanes_for(jobs)
        if lanes > 1:
            work = partial(jobs[0].do, partial(self._run_in_lane, jobs[0]))
            self._to_finish.put(_Run(jobs[0], self._lanes.start(work, lanes)))
            return
        if any(job.answer is None for job in jobs):
            self._lanes.wait()  # all cores are for these
        self._run_together(jobs)

    def _lanes_for(self, jobs: list[WorkerJob]) -> int:
        """How many pictures to run beside each other, this one among them."""
        steps = jobs[0].steps
        if self._runner is None or len(jobs) > 1 or jobs[0].answer is not None or steps is None:
            return 1
        lanes = self._runner.lanes(steps)
        # One without company gets all cores.
        return lanes if self._to_run or self._lanes.are_busy else 1

    def _run_in_lane(self, job: WorkerJob) -> None:
        if job.steps is not None:
            self._known_runner().run_in_lane(job.steps)
            self._budget.hold(job.number, job.steps.bytes)

    def _run_together(self, jobs: list[WorkerJob]) -> None:
        if len(jobs) > 1 and not any(job.is_cancelled for job in jobs):
            try:
                self._run_pictures(jobs)
            except Exception:
                _log.info("these pictures are run one at a time", exc_info=True)
        for job in jobs:
            job.do(partial(self._run_one, job))
        for job in jobs:
            self._to_finish.put(_Run(job))

    def _run_one(self, job: WorkerJob) -> None:
        if job.steps is None:
            self._serve(job, Fields(job.body), self._known_runner())
        elif job.steps.is_prepared:
            self._run_pictures([job])

    def _run_pictures(self, jobs: list[WorkerJob]) -> None:
        runner = self._known_runner()
        steps = [job.steps for job in jobs if job.steps is not None]
        with runner.watched():
            runner.run(steps)
        for job, each in zip(jobs, steps, strict=True):
            self._budget.hold(job.number, each.bytes)

    def _serve(self, job: WorkerJob, fields: Fields, runner: ModelRunner) -> None:
        if fields.text("do") == "unload":
            runner.unload(Path(fields.text("path")))
            job.answer = {"result": None}
            return
        self._to_finish.join()
        model = model_from_json(fields.inner("model"))
        if fields.text("do") == "convert":
            outcome = runner.converter.step(fields.text("step"), model, fields)
            job.answer = {"result": outcome}
            return
        loaded = runner.load(model)
        job.answer = {"result": device_to_json(loaded.device)}

    def _known_runner(self) -> ModelRunner:
        if self._runner is None:
            raise ValueError("nothing to run anything with yet")
        return self._runner

    # The third.

    def _finish_all(self) -> None:
        while (run := self._to_finish.get()) is not None:
            job = run.job
            if run.in_lane is not None:
                run.in_lane.result()
            job.do(partial(self._finish, job))
            job.steps = None
            self._budget.release(job.number)
            self._answered(job)
            self._to_finish.task_done()

    def _finish(self, job: WorkerJob) -> None:
        if job.steps is None:
            return
        runner = self._known_runner()
        with runner.watched():
            job.steps.finish()
        self._budget.hold(job.number, job.steps.bytes)
        job.stop_if_cancelled()
        found = job.steps.save(runner.memory)
        result, job.parts = result_to_json(found)
        job.answer = {"result": result, "memory": found.memory}
