"""One run from a model's name to saved results, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.compatibility.runnable_tasks import FEATURES
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.inference import Inference
from ailab.services.inference.line_reading import here_alone
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.prompts import NO_PROMPTS
from ailab.services.inference.run_place import RunPlace
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.writing_models import WRITES
from ailab.services.lab_error import LabError
from ailab.services.results.run_record import RunRecord
from ailab.services.results.runs import Runs
from ailab.viewmodels.asked_prompts import prompts_for
from ailab.viewmodels.bring_model import bring_both, bring_model
from ailab.viewmodels.inference_state import ModelSource, RunProgress, RunStage
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.record_of_run import record_of
from ailab.viewmodels.remote_run import NOT_SENT
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.run_parts import RunParts
from ailab.viewmodels.run_request import RunRequest

_RECORD_AGE = 2.0  # seconds


class InferenceRun:
    """Downloads what is missing, loads the model, runs each picture, keeps the record.

    A picture that fails is told of and passed over; so is one on which the worker ends.
    Cancelling leaves the results so far; whoever cancels calls `conclude` for their record.

    Args:
        request: what is to be run.
        downloads: brings the model's files.
        inference: opens the model, and runs it where no other place is chosen.
        runs: keeps the record.
        results: is told of each result.
        judge: is told what the model took.
        on_progress: is told how far the run is.
    """

    def __init__(
        self,
        request: RunRequest,
        *,
        downloads: ModelDownloads,
        inference: Inference,
        runs: Runs,
        results: ResultsViewModel,
        judge: ModelJudge,
        on_progress: Callable[[RunProgress], None],
    ) -> None:
        self._request = request
        self._downloads = downloads
        self._inference = inference
        self._runner: PictureRunner = request.where.runner or inference
        self._runs = runs
        self._results = results
        self._judge = judge
        self._on_progress = on_progress
        self._device = ON_CPU
        self._folder: Path | None = None
        self._record: RunRecord | None = None
        self._before: ResultsState | None = None
        self._prompts = NO_PROMPTS
        self._pieces_from = results.pieces.state.pieces_from
        self._written = 0.0
        self._seconds = 0.0

    async def carry_out(self) -> str:
        """Run everything and return what it came to, in one sentence.

        Raises:
            LabError: the run failed as a whole; says why and what to do.
        """
        request = self._request
        if request.save_to:
            await self._runs.prepare(request.save_to)
        remote = request.where.remote
        if request.reader is not None and not self._is_here:
            raise here_alone(request.where.target.name)
        if remote is None:
            model = await self._bring()
            self._tell(self._loading(model))
        else:
            model = await remote.find(request.choice, self._tell, request.where.target.provider)
        self._prompts = prompts_for(model, request.prompts, request.pictures)
        self._device = await self._runner.load(model)
        if remote is not None and not await remote.may_send(model, len(request.pictures)):
            return NOT_SENT
        usual = model.threshold_for(self._prompts.every)
        threshold = usual if request.threshold is None else request.threshold
        is_of_hub = request.choice.source is ModelSource.HUGGING_FACE
        weights = model.variant if is_of_hub or model.variant == CONVERTED else ""
        note = self._device.note
        self._before = self._results.state
        self._results.start_run(model.title, request.pictures, threshold, weights, note)
        try:
            await self._start_record(model)
            await self._run_pictures(model)
        except LabError:
            self._results.fail_run()
            raise
        self._results.end_run()
        await self.conclude(finished=True)
        await self._tell_judge(model)
        return self._outcome()

    def give_back(self) -> None:
        """Show the results that the run took the place of, where it has none of its own."""
        before, results = self._before, self._results
        if before is None or results.state.results:
            return
        if before.results and len(before.results) == len(before.pictures):
            shown = (before.title, before.folder, before.results, before.saved_threshold)
            results.show_run(*shown, before.weights, model=before.model)
            results.set_threshold(before.threshold)
            results.go_to(before.current)

    async def conclude(self, *, finished: bool = False) -> None:
        """Write the record of what was done and sum it up; remove it where nothing was done."""
        if self._folder is None or self._record is None:
            return
        if not self._record.results:
            await self._runs.discard(self._folder)
            if self._results.state.folder == str(self._folder):  # else those before are shown
                self._results.show_folder("")
            return
        if finished:
            self._record = replace(self._record, finished=_now())
        await self._runs.update(self._folder, self._record)
        await self._runs.sum_up(self._folder, self._record)

    async def _bring(self) -> RunnableModel:
        choice, reader = self._request.choice, self._request.reader
        lent = (self._downloads, self._inference, self._tell)
        if reader is None:
            return await bring_model(choice, *lent)
        return await bring_both(choice, reader, *lent)

    async def _start_record(self, model: RunnableModel) -> None:
        """Make the run's folder, where it is saved; tell which model it is, where that counts."""
        request, saves = self._request, bool(self._request.save_to)
        if not saves and model.task != FEATURES:
            return
        # Of a model of the Hub its commit says enough where nothing is recorded.
        is_read = saves or request.choice.source is ModelSource.LOCAL
        record = record_of(
            request,
            model,
            threshold=self._results.state.threshold,
            prompts=self._prompts,
            device=self._device,
            started=_now(),
            pieces_from=self._pieces_from,
        )
        if is_read and request.where.remote is None:
            record = replace(record, model_files=await self._runs.fingerprint(model))
        if saves:
            record = replace(record, versions=self._runs.versions())
            self._folder = await self._runs.start(request.save_to, record)
            self._record = record
            self._results.show_folder(str(self._folder))
        self._results.show_model(record.identity)

    async def _run_pictures(self, model: RunnableModel) -> None:
        pictures = self._request.pictures
        total = len(pictures)
        parts = RunParts.TOKENS if model.task == WRITES else RunParts.POINTS
        parts = parts if model.reader is None else RunParts.LINES
        running = RunProgress(RunStage.RUNNING, model.title, total=total, parts=parts)
        if not self._is_on_ray:  # which is only starting, and then loads the model
            self._tell(running)
        found = self._runner.predict_all(
            model,
            pictures,
            threshold=self._results.state.threshold,
            save_to=self._folder,
            prompts=self._prompts,
            pieces_from=self._pieces_from,
            on_ready=lambda: self._tell(
                replace(self._loading(model), stage=RunStage.LOADING_THERE)
            ),
        )
        self._inference.watch(lambda within: self._tell(replace(running, within=within)))
        # By the clock: pictures under way at once take less than all of them one by one.
        began = perf_counter()
        try:
            async with aclosing(found):
                async for result in found:
                    self._keep(result)
                    running = replace(running, done=running.done + 1)
                    if running.done < total:
                        self._tell(running)
                    await self._write_record_now_and_then()
        finally:
            self._inference.watch(None)
        self._seconds = perf_counter() - began

    async def _write_record_now_and_then(self) -> None:
        """Keep the record on the disk young, should the lab itself end; not for each picture."""
        now = time.monotonic()
        if self._folder is None or self._record is None or now - self._written < _RECORD_AGE:
            return
        self._written = now
        await self._runs.update(self._folder, self._record)

    def _keep(self, result: PictureResult) -> None:
        self._results.add_result(result)
        if self._record is None:
            return
        names = [Path(file).name for file in result.files if file.endswith(".json")]
        failures = self._record.failures
        if result.problem is not None:
            failures = (*failures, (result.picture, result.problem.message))
        self._record = replace(
            self._record,
            results=(*self._record.results, names[0] if names else ""),
            planes=(*self._record.planes, result.plane),
            pixel_sizes=(*self._record.pixel_sizes, result.pixel_size),
            failures=failures,
        )

    async def _tell_judge(self, model: RunnableModel) -> None:
        """Have the time and memory of a Hub model kept, so that its verdict can name them."""
        results = self._results.state.results
        times = [each.timings for each in results if each.prediction is not None]
        if not times or model.model_id is None or model.revision is None or not self._is_here:
            return
        if model.reader is not None:  # what both took is told of neither
            return
        seconds = median(each.total - each.save for each in times)
        memory = max((each.memory for each in results if each.memory), default=None)
        await self._judge.remember(
            Measurement(
                model.model_id,
                model.revision,
                model.variant,
                model.engine,
                seconds,
                memory,
                self._device.device,
            )
        )

    def _loading(self, model: RunnableModel) -> RunProgress:
        total = len(self._request.pictures)
        if self._is_on_ray:
            cluster = self._request.where.target.address.strip()
            return RunProgress(RunStage.STARTING, model.name, total=total, cluster=cluster)
        return RunProgress(RunStage.LOADING, model.title, total=total)

    @property
    def _is_on_ray(self) -> bool:
        return self._request.where.target.place is RunPlace.RAY

    @property
    def _is_here(self) -> bool:
        return self._request.where.target.is_here

    def _tell(self, progress: RunProgress) -> None:
        self._on_progress(progress)

    def _outcome(self) -> str:
        results = self._results.state.results
        failed = sum(result.prediction is None for result in results)
        pictures = counted(len(results), "picture", "pictures")
        name = self._request.where.target.name
        where = self._device.words if self._is_here else f" on {name}"
        part = f"{len(results) - failed:,} of " if failed else ""
        text = f"Ran {part}{pictures} in {self._seconds:.2f} s{where}"
        if failed:
            text += f"; {failed:,} failed"
        if failed == len(results):
            text = f"{pictures} failed" if failed == 1 else f"All {pictures} failed"
        return f"{text}. {self._device.note}".rstrip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
