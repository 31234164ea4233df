"""One run from a model's name to saved results, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
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
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.known_before import known_before
from ailab.viewmodels.record_of_run import record_of
from ailab.viewmodels.remote_run import NOT_SENT
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.resuming import ResumingViewModel
from ailab.viewmodels.run_keeping import RunKeeping, utc_now
from ailab.viewmodels.run_outcome import run_outcome
from ailab.viewmodels.run_parts import RunParts
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.run_request import RunRequest


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
        resuming: says whether a run that broke off is gone on with.
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
        resuming: ResumingViewModel,
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
        self._keeping = RunKeeping(runs, resuming)
        self._before: ResultsState | None = None
        self._prompts = NO_PROMPTS
        self._threshold = 0.0
        self._pieces_from = results.pieces.state.pieces_from
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
        folder = self._keeping.folder
        is_kept = await self._keeping.conclude(finished=finished)
        # Else those before are shown.
        if not is_kept and self._results.state.folder == str(folder):
            self._results.show_folder("", self._threshold)

    async def _bring(self) -> RunnableModel:
        choice, reader = self._request.choice, self._request.reader
        lent = (self._downloads, self._inference, self._tell)
        if reader is None:
            return await bring_model(choice, *lent)
        return await bring_both(choice, reader, *lent)

    async def _start_record(self, model: RunnableModel) -> None:
        """Make the run's folder, where it is saved; tell which model it is, where that counts."""
        request, saves = self._request, bool(self._request.save_to)
        self._threshold = self._results.state.threshold
        if not saves and model.task != FEATURES:
            return
        # Of a model of the Hub its commit says enough where nothing is recorded.
        is_read = saves or request.choice.source is ModelSource.LOCAL
        record = record_of(
            request,
            model,
            threshold=self._threshold,
            prompts=self._prompts,
            device=self._device,
            started=utc_now(),
            pieces_from=self._pieces_from,
            groups_from=self._results.neighbours.groups.state.least,
        )
        if is_read and request.where.remote is None:
            record = replace(record, model_files=await self._runs.fingerprint(model))
        if saves:
            record = replace(record, versions=self._runs.versions())
            await self._begin_keeping(model, record)
        self._results.show_model(record.identity)

    async def _begin_keeping(self, model: RunnableModel, record: RunRecord) -> None:
        """Make the run's folder, or take up that of one that broke off, with its settings."""
        keeping, save_to = self._keeping, self._request.save_to
        total = len(record.pictures)
        found = await keeping.find(save_to, record)
        if found is None:
            await keeping.begin(save_to, record)
        else:
            self._tell(RunProgress(RunStage.LOOKING, found.folder.name, total=total))
            await keeping.go_on(found)
            if found.record.pieces_from is not None:
                self._pieces_from = found.record.pieces_from
                self._results.pieces.set_pieces_from(self._pieces_from)
            self._threshold = found.record.threshold
            self._results.set_threshold(self._threshold)
            there = len(keeping.kept)
            self._tell(RunProgress(RunStage.RESUMING, model.title, done=there, total=total))
        self._results.show_folder(str(keeping.folder), self._threshold)

    async def _run_pictures(self, model: RunnableModel) -> None:
        pictures = self._request.pictures
        total = len(pictures)
        parts = RunParts.TOKENS if model.task == WRITES else RunParts.POINTS
        parts = parts if model.reader is None else RunParts.LINES
        kept = self._keeping.kept  # counts as done, and not to the pace
        running = RunProgress(
            RunStage.RUNNING, model.title, done=len(kept), total=total, parts=parts
        )
        if not self._is_on_ray:  # which is only starting, and then loads the model
            self._tell(running)
        # By the clock: pictures under way at once take less than all of them one by one.
        began = perf_counter()
        self._inference.watch(lambda within: self._tell(replace(running, within=within)))
        try:
            async with aclosing(self._in_order(model)) as found:
                async for result in found:
                    self._results.add_result(result)
                    await self._keeping.keep(result)
                    if result.picture not in kept and running.done < total - 1:
                        running = replace(running, done=running.done + 1)
                        self._tell(running)
        finally:
            self._inference.watch(None)
        self._seconds = perf_counter() - began

    async def _in_order(self, model: RunnableModel) -> AsyncGenerator[PictureResult, None]:
        """The result of each picture: the one that is there, or what comes of running it."""
        pictures, kept = self._request.pictures, self._keeping.kept
        rest = tuple(each for each in pictures if each not in kept)
        found = self._runner.predict_all(
            model,
            rest,
            threshold=self._threshold,
            save_to=self._keeping.folder,
            prompts=self._prompts,
            pieces_from=self._pieces_from,
            on_ready=lambda: self._tell(
                replace(self._loading(model), stage=RunStage.LOADING_THERE)
            ),
            before=known_before(model, kept, self._judge if self._is_here else None, self._device),
        )
        async with aclosing(found):
            for picture in pictures:
                if (there := kept.get(picture)) is not None:
                    await asyncio.sleep(0)  # there may be thousands
                    yield there
                else:
                    yield await anext(found)

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
        name = self._request.where.target.name
        where = self._device.words if self._is_here else f" on {name}"
        keeping = self._keeping
        return run_outcome(
            self._results.state.results,
            there=len(keeping.kept),
            set_aside=keeping.set_aside,
            seconds=self._seconds,
            where=where,
            note=self._device.note,
        )
