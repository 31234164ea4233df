"""The service of saved runs without a disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_difference import differences
from ailab.services.results.run_record import RunRecord
from ailab.services.results.runs import SavedRun
from ailab.services.results.saved_vectors import SavedVectors
from ailab.services.results.unfinished_run import ResumedRun, UnfinishedRun


class FakeJournal:
    """Keeps which pictures were noted."""

    def __init__(self) -> None:
        self.noted: list[str] = []
        self.is_over: bool | None = None

    async def note(self, result: PictureResult) -> None:
        self.noted.append(result.picture)

    async def close(self, *, is_over: bool) -> None:
        self.is_over = is_over


class FakeRuns:
    """Keeps records in memory."""

    def __init__(self) -> None:
        self.records: dict[Path, RunRecord] = {}
        self.results: dict[Path, tuple[PictureResult, ...]] = {}
        self.discarded: list[Path] = []
        self.summed_up: dict[Path, RunRecord] = {}
        self.saved_vectors: dict[Path, SavedVectors] = {}
        self.failure: ResultError | None = None
        self.journals: dict[Path, FakeJournal] = {}
        self.broken_off: UnfinishedRun | None = None
        self.kept: dict[str, PictureResult] = {}

    async def prepare(self, save_to: str) -> None:
        if self.failure is not None:
            raise self.failure

    async def start(self, save_to: str, record: RunRecord) -> Path:
        if self.failure is not None:
            raise self.failure
        folder = Path(save_to) / f"run {len(self.records) + 1}"
        self.records[folder] = record
        return folder

    async def journal(self, folder: Path, record: RunRecord) -> FakeJournal:
        self.journals[folder] = FakeJournal()
        return self.journals[folder]

    async def unfinished(self, save_to: str, record: RunRecord) -> UnfinishedRun | None:
        if self.broken_off is None:
            return None
        told = differences(self.broken_off.record, record)
        return replace(self.broken_off, differences=told)

    async def take_up(self, run: UnfinishedRun) -> ResumedRun:
        return ResumedRun(await self.journal(run.folder, run.record), self.kept)

    async def fingerprint(self, model: RunnableModel) -> tuple[tuple[str, str], ...]:
        return (("model.onnx", "ab" * 32),)

    def versions(self) -> tuple[tuple[str, str], ...]:
        return (("ailab", "0"),)

    async def update(self, folder: Path, record: RunRecord) -> None:
        self.records[folder] = record

    async def sum_up(self, folder: Path, record: RunRecord) -> None:
        self.summed_up[folder] = record

    async def discard(self, folder: Path) -> None:
        self.discarded.append(folder)
        del self.records[folder]

    async def holds(self, path: str) -> bool:
        return Path(path) in self.records

    async def load(self, folder: str) -> SavedRun:
        path = Path(folder)
        if path not in self.records:
            raise ResultError(f"There is no run in {folder}.", "Choose a folder with a run.json.")
        return SavedRun(path, self.records[path], self.results.get(path, ()))

    async def vectors(self, folder: str) -> SavedVectors:
        path = Path(folder)
        if path not in self.saved_vectors:
            raise ResultError(f"The run {folder} has no vectors.", "Choose another.")
        return self.saved_vectors[path]
