"""The worker's stages over a runner whose every step waits for the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.engine import Terminated
from ailab.services.inference.model_json import model_to_json
from ailab.services.inference.model_runner import ModelRunner
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.prompt import NO_PROMPT
from ailab.services.inference.prompt_json import prompt_to_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.worker_job import WorkerJob
from ailab.services.inference.worker_stages import WorkerStages

MODEL = RunnableModel("nuclei", Path("nuclei.onnx"), "image-classification", ("a", "b"))
PATIENCE = 20.0


class FakeSteps:
    """Tells of each step, and holds it up where the test says so."""

    def __init__(self, runner: FakeRunner, request: PredictRequest) -> None:
        self.runner = runner
        self.name = request.picture
        self.is_prepared = False
        self.is_running = False
        self.tell: Callable[[int, int], None] = lambda _done, _total: None

    @property
    def bytes(self) -> int:
        return self.runner.sizes.get(self.name, 0)

    def decode(self) -> None:
        self.runner.come(f"decode {self.name}")

    def prepare(self, _model: object) -> None:
        self.runner.come(f"prepare {self.name}")
        self.is_prepared = True

    def terminate(self) -> None:
        if self.is_running:
            self.runner.stopped.set()

    def finish(self) -> None:
        self.runner.come(f"finish {self.name}")

    def save(self, memory: int | None) -> PictureResult:
        self.runner.come(f"save {self.name}")
        return PictureResult(self.name, memory=memory)


class FakeRunner:
    """Steps that can be held up, and fail."""

    memory = 7
    loaded = (MODEL.path,)

    def __init__(self) -> None:
        self.has_loaded = True
        self.came: list[str] = []
        self.gates: dict[str, threading.Event] = {}
        self.failures: dict[str, BaseException] = {}
        self.sizes: dict[str, int] = {}
        self.at_once = 1
        self.side_by_side = 1
        self.stopped = threading.Event()
        self._changed = threading.Condition()

    def shut(self, *steps: str) -> None:
        for step in steps:
            self.gates[step] = threading.Event()

    def come(self, step: str) -> None:
        with self._changed:
            self.came.append(step)
            self._changed.notify_all()
        if step in self.gates:
            assert self.gates[step].wait(PATIENCE), f"{step} was never let go"
        if step in self.failures:
            raise self.failures[step]

    def until(self, *steps: str) -> None:
        with self._changed:
            there = self._changed.wait_for(lambda: set(steps) <= set(self.came), PATIENCE)
        assert there, f"{steps} never came; there were {self.came}"

    def watched(self) -> AbstractContextManager[object]:
        return nullcontext()

    def find(self, _model: RunnableModel) -> object:
        return "model" if self.has_loaded else None

    def load(self, _model: RunnableModel) -> object:
        self.come("load")
        self.has_loaded = True
        return SimpleNamespace(device=ON_CPU)

    def unload(self, path: Path) -> None:
        self.come(f"unload {path.name}")

    def steps(self, request: PredictRequest) -> FakeSteps:
        return FakeSteps(self, request)

    def most_at_once(self, _first: FakeSteps) -> int:
        return self.at_once

    def lanes(self, _steps: FakeSteps) -> int:
        return self.side_by_side

    def key(self, steps: FakeSteps) -> str:
        return steps.name[0]

    def run(self, together: Sequence[FakeSteps]) -> None:
        for steps in together:
            steps.is_running = True
        self.come("run " + " ".join(steps.name for steps in together))
        if self.stopped.is_set():
            self.stopped.clear()
            raise Terminated
        for steps in together:
            steps.is_running = steps.is_prepared = False
            steps.tell(1, 2)

    def run_in_lane(self, steps: FakeSteps) -> None:
        self.come(f"lane {steps.name}")
        steps.is_prepared = False


class Stages:
    """Stages at work, and their answers."""

    def __init__(self, most_bytes: int = 1000, rest: float = 100.0) -> None:
        self.runner = FakeRunner()
        self.answers: list[WorkerJob] = []
        self.told: list[tuple[str, int, int]] = []
        self._asked = 0
        self.stages = WorkerStages(
            lambda: cast("ModelRunner", self.runner), self._answered, self._tell, most_bytes, rest
        )
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self.stages.run, daemon=True)
        self._thread.start()

    def ask(self, do: str, **body: Any) -> WorkerJob:
        self._asked += 1
        job = WorkerJob(self._asked, {"do": do, "model": model_to_json(MODEL), **body})
        self.stages.put(job)
        return job

    def predict(self, *pictures: str) -> list[WorkerJob]:
        return [
            self.ask(
                "predict",
                picture=picture,
                threshold=0.5,
                pieces_from=20,
                save_to=None,
                save_as=None,
                prompt=prompt_to_json(NO_PROMPT),
            )
            for picture in pictures
        ]

    def until(self, count: int) -> list[dict[str, Any]]:
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.answers) >= count, PATIENCE)
        assert there, f"{len(self.answers)} of {count} answers came; {self.runner.came}"
        return [job.answer or {} for job in self.answers]

    def close(self) -> None:
        self.stages.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def _tell(self, job: WorkerJob, done: int, total: int) -> None:
        self.told.append((job.body["picture"], done, total))

    def _answered(self, job: WorkerJob) -> None:
        with self._changed:
            self.answers.append(job)
            self._changed.notify_all()
