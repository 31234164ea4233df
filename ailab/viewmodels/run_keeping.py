"""What is kept of a run on the disk, from before its first picture to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord
from ailab.services.results.runs import Runs
from ailab.services.results.unfinished_run import Journal, UnfinishedRun
from ailab.viewmodels.resuming import ResumeRule, ResumingViewModel

_RECORD_AGE = 2.0  # seconds
_SHARE = 20
"""Writing the record takes no more than one part in so many of the run, however slow the disk."""


class RunKeeping:
    """A run's folder, its record and its journal.

    Args:
        runs: keeps them.
        resuming: says whether a run that broke off is gone on with.

    Attributes:
        folder: the run's own; None where nothing is saved, and before `begin`.
        record: what is recorded of it.
        kept: of a run that is gone on with, the results that are there, by picture.
        set_aside: how many of its results were not as it had left them.
    """

    def __init__(self, runs: Runs, resuming: ResumingViewModel) -> None:
        self._runs = runs
        self._resuming = resuming
        self._journal: Journal | None = None
        self._writing: asyncio.Future[None] | None = None
        self._due = 0.0
        self.folder: Path | None = None
        self.record: RunRecord | None = None
        self.kept: Mapping[str, PictureResult] = MappingProxyType({})
        self.set_aside = 0

    async def find(self, save_to: str, record: RunRecord) -> UnfinishedRun | None:
        """The run that broke off and is gone on with; None where a new one begins.

        Raises:
            ResultError: it is insisted on, and cannot be; says why.
        """
        rule = self._resuming.rule
        if rule is ResumeRule.NEVER:
            return None
        found = await self._runs.unfinished(save_to, record)
        if rule is ResumeRule.INSIST and found is None and await self._runs.holds(save_to):
            raise ResultError(
                f"The run in {save_to} did not break off: there is nothing to go on with.",
                "Name the folder that runs are saved in, or leave --resume out.",
            )
        if not await self._resuming.decide(found, save_to) or found is None:
            return None
        # Groups are only reckoned at the end, so that what is asked now counts.
        return replace(found, record=replace(found.record, groups_from=record.groups_from))

    async def begin(self, save_to: str, record: RunRecord) -> None:
        """Make a folder for the run.

        Raises:
            ResultError: it cannot be written.
        """
        self.folder = await self._runs.start(save_to, record)
        self.record = record
        self._journal = await self._runs.journal(self.folder, record)

    async def go_on(self, found: UnfinishedRun) -> None:
        """Take up a run that broke off.

        Raises:
            ResultError: its folder cannot be read or written.
        """
        resumed = await self._runs.take_up(found)
        self._journal, self.kept = resumed.journal, resumed.kept
        self.set_aside = resumed.set_aside
        self.folder = found.folder
        self.record = _without_results(found.record)

    async def keep(self, result: PictureResult) -> None:
        """Take note of the next picture's result.

        Raises:
            ResultError: the folder is gone, full or read-only.
        """
        if self.folder is None or self.record is None:
            return
        self.record = _with_result(self.record, result)
        if self._journal is not None and result.picture not in self.kept:
            await self._journal.note(result)
        # The record on the disk stays young, should the lab itself end; not for each picture.
        began = time.monotonic()
        if began >= self._due:
            self._writing = asyncio.ensure_future(self._runs.update(self.folder, self.record))
            await asyncio.shield(self._writing)
            took = time.monotonic() - began
            self._due = began + max(_RECORD_AGE, _SHARE * took)

    async def conclude(self, *, finished: bool = False) -> bool:
        """Write the record of what was done and sum it up; False where nothing was, and it goes.

        Raises:
            ResultError: the folder is gone, full or read-only.
        """
        if self.folder is None or self.record is None:
            return True
        if self._writing is not None:  # of a run that was cancelled meanwhile: the last one counts
            await asyncio.wait({self._writing})
            if not self._writing.cancelled():
                self._writing.exception()  # told where it happened, or written now
        try:
            return await self._conclude(self.folder, self.record, finished=finished)
        finally:
            await self._close(is_over=False)

    async def _conclude(self, folder: Path, record: RunRecord, *, finished: bool) -> bool:
        for picture in record.pictures[len(record.results) :]:
            if (there := self.kept.get(picture)) is None:
                break
            record = _with_result(record, there)  # else its tables would lose what they had
        if not record.results:
            await self._close(is_over=False)
            await self._runs.discard(folder)
            return False
        if finished:
            record = replace(record, finished=utc_now())
        self.record = record
        await self._runs.update(folder, record)
        await self._runs.sum_up(folder, record)
        await self._close(is_over=finished)
        return True

    async def _close(self, *, is_over: bool) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            await journal.close(is_over=is_over)


def utc_now() -> str:
    """The time as records have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _without_results(record: RunRecord) -> RunRecord:
    """The record of a run before its first picture."""
    return replace(
        record, finished=None, results=(), failures=(), planes=(), pixel_sizes=(), taken=()
    )


def _with_result(record: RunRecord, result: PictureResult) -> RunRecord:
    names = [Path(file).name for file in result.files if file.endswith(".json")]
    failures = record.failures
    if result.problem is not None:
        failures = (*failures, (result.picture, result.problem.message))
    return replace(
        record,
        results=(*record.results, names[0] if names else ""),
        planes=(*record.planes, result.plane),
        pixel_sizes=(*record.pixel_sizes, result.pixel_size),
        taken=(*record.taken, result.taken),
        failures=failures,
    )
