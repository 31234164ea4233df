"""The worker's three stages: the next picture is read while this one runs and the last is saved.

Pillow, NumPy and the engines let other threads run during their heavy parts, so that three
threads use what the network leaves of the processor. Requests keep their order throughout.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
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
from ailab.services.inference.picture_steps import PredictRequest
from ailab.services.inference.prediction_json import result_to_json
from ailab.services.inference.prompt_json import prompt_from_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.worker_job import WorkerJob

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.inference.model_runner import ModelRunner

_log = logging.getLogger(__name__)

_MOST_BYTES = 256 * 2**20
"""Of pictures and tensors under way: some three of 12 megapixels, or one of 60."""
_REST = 10.0
"""Seconds without a request after which memory that was kept for the next one is given back."""


@dataclass(frozen=True, slots=True)
class _Loading:
    """A model that a picture waits for."""

    model: RunnableModel
    loaded: Future[LoadedModel]


class WorkerStages:
    """Takes requests in order, and answers them in order.

    Networks are run, and models loaded, on the thread that calls `run`; two more threads do what
    comes before and after.

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
        self._rest = rest
        self._runner: ModelRunner | None = None
        self._budget = ByteBudget(most_bytes)
        self._to_read: SimpleQueue[WorkerJob | None] = SimpleQueue()
        self._to_run: deque[WorkerJob | _Loading | None] = deque()
        self._has_come = threading.Condition()
        self._to_finish: Queue[WorkerJob | None] = Queue()
        self._running: tuple[WorkerJob, ...] = ()
        self._at_once = 1
        self._last_model: tuple[object, RunnableModel | None] = None, None

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
        if self._runner is not None and job in self._running:
            self._runner.terminate()

    def run(self) -> None:
        """Work; returns once all that came before `close` is answered."""
        threads = [
            threading.Thread(target=self._read_all, name="pictures", daemon=True),
            threading.Thread(target=self._finish_all, name="results", daemon=True),
        ]
        for thread in threads:
            thread.start()
        while (come := self._take()) is not None:
            if isinstance(come, _Loading):
                self._load(come)
            else:
                self._run_together(come)
        self._to_finish.put(None)
        for thread in threads:
            thread.join()

    # The first stage.

    def _read_all(self) -> None:
        while (job := self._to_read.get()) is not None:
            job.do(partial(self._open, job))
            self._hand_on(job)
        self._hand_on(None)

    def _hand_on(self, job: WorkerJob | _Loading | None) -> None:
        with self._has_come:
            self._to_run.append(job)
            self._has_come.notify()

    def _open(self, job: WorkerJob) -> None:
        if self._runner is None:
            self._runner = self._make_runner()
        fields = Fields(job.body)
        if fields.text("do") == "predict":
            self._prepare(job, self._runner, _request_of(fields, self._model_of(job)))

    def _model_of(self, job: WorkerJob) -> RunnableModel:
        """The job's model, read once for all jobs in a row that name the same."""
        told, model = self._last_model
        if model is None or job.body["model"] is not told:
            model = model_from_json(Fields(job.body).inner("model"))
            self._last_model = job.body["model"], model
        return model

    def _prepare(self, job: WorkerJob, runner: ModelRunner, request: PredictRequest) -> None:
        loaded = runner.find(request.model)
        coming: Future[LoadedModel] = Future()
        if loaded is None:  # the next stage loads it while the picture is read here
            self._hand_on(_Loading(request.model, coming))
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

    def _take(self) -> list[WorkerJob] | _Loading | None:
        """What is to be done next; several pictures where they can be run at once."""
        first = self._next()
        if not isinstance(first, WorkerJob):
            return first
        together = [first]
        if self._runner is None or first.answer is not None or first.steps is None:
            return together
        most, key = self._runner.most_at_once(first.steps), self._runner.key(first.steps)
        self._at_once = most
        while len(together) < most and (following := self._next_of(key)) is not None:
            together.append(following)
        return together

    def _next(self) -> WorkerJob | _Loading | None:
        with self._has_come:
            has_come = self._has_come.wait_for(lambda: self._to_run, self._rest)
        if not has_come:
            return_free_pages()
        with self._has_come:
            self._has_come.wait_for(lambda: self._to_run)
            return self._to_run.popleft()

    def _next_of(self, key: object) -> WorkerJob | None:
        """The next picture, where it is ready and can be run with others of this key."""
        with self._has_come:
            job = self._to_run[0] if self._to_run else None
            if not isinstance(job, WorkerJob) or job.answer is not None or job.steps is None:
                return None
            if self._runner is None or self._runner.key(job.steps) != key:
                return None
            self._to_run.popleft()
            return job

    def _load(self, loading: _Loading) -> None:
        self._to_finish.join()  # a model that has to go is not held by pictures any more
        try:
            loading.loaded.set_result(self._known_runner().load(loading.model))
        except BaseException as error:
            loading.loaded.set_exception(error)

    def _run_together(self, jobs: list[WorkerJob]) -> None:
        self._running = tuple(jobs)
        if len(jobs) > 1 and not any(job.is_cancelled for job in jobs):
            try:
                self._run_pictures(jobs)
            except Exception:
                _log.info("these pictures are run one at a time", exc_info=True)
        for job in jobs:
            job.do(partial(self._run_one, job))
        self._running = ()
        for job in jobs:
            self._to_finish.put(job)

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
        job.answer = {"result": device_to_json(loaded.network.device)}

    def _known_runner(self) -> ModelRunner:
        if self._runner is None:
            raise ValueError("nothing to run anything with yet")
        return self._runner

    # The third.

    def _finish_all(self) -> None:
        while (job := self._to_finish.get()) is not None:
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


def _request_of(fields: Fields, model: RunnableModel) -> PredictRequest:
    save_to = fields.text_or_none("save_to")
    return PredictRequest(
        model,
        fields.text("picture"),
        fields.share("threshold"),
        None if save_to is None else Path(save_to),
        fields.text_or_none("save_as"),
        prompt_from_json(fields.inner("prompt")),
    )
