"""One entry of the queue, with what is needed to run it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_progress import DownloadProgress, FileProgress
from ailab.services.downloads.retry_pause import RetryPause
from ailab.services.hub.model_info import ModelDetails
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem


class DownloadWaiter:
    """Somebody who wants a download's folder.

    Attributes:
        outcome: the snapshot's folder, or the failure.
        on_progress: is told how far the download is.
    """

    def __init__(self, on_progress: Callable[[DownloadProgress], None]) -> None:
        self.outcome: asyncio.Future[Path] = asyncio.get_running_loop().create_future()
        self.on_progress = on_progress


class DownloadJob:
    """A model's files that are wanted, and how far they are.

    Args:
        key: of its entry.
        details: the model, with the files that are wanted and no others.
        files: how far they are.

    Attributes:
        entry: what is told of it.
        run: the run under way; None where it rests.
        pause: where its tries wait for one another.
        is_for_its_own_sake: somebody asked for it in the list; else it lives with its waiters.
        waiters: those who wait for it.
    """

    def __init__(self, key: str, details: ModelDetails, files: tuple[FileProgress, ...]) -> None:
        sizes = [file.total for file in files]
        known = [size for size in sizes if size is not None]
        self.details = details
        self.entry = DownloadEntry(
            key,
            details.info.id,
            details.ref,
            details.revision,
            files,
            done=sum(file.done for file in files),
            total=sum(known) if len(known) == len(sizes) else None,
            state=DownloadState.PAUSED,
        )
        self.run: asyncio.Task[None] | None = None
        self.pause = RetryPause()
        self.is_for_its_own_sake = False
        self.waiters: list[DownloadWaiter] = []

    @property
    def paths(self) -> tuple[str, ...]:
        """The files wanted."""
        return tuple(file.path for file in self.details.files)

    def is_for(self, details: ModelDetails, paths: set[str]) -> bool:
        """It brings, or would bring, just these files; one that is active may bring more."""
        own = set(self.paths)
        is_enough = own == paths or (self.entry.is_active and own >= paths)
        return self.entry.is_unfinished and is_enough and self._is_of(details)

    def was_for(self, details: ModelDetails, paths: set[str]) -> bool:
        """It has brought just these files."""
        is_same = set(self.paths) == paths and self._is_of(details)
        return is_same and not self.entry.is_unfinished

    def become(self, state: DownloadState, problem: Problem | None = None) -> None:
        """Change what happens to it."""
        self.entry = replace(
            self.entry,
            state=state,
            problem=problem,
            speed=0.0,
            seconds_left=None,
            note="",
            silence=0.0,
            can_hurry=False,
        )

    def take_progress(self, progress: DownloadProgress) -> None:
        """Note how far the run is."""
        if self.entry.state is not DownloadState.RUNNING:
            return
        self.entry = replace(
            self.entry,
            files=progress.files,
            done=progress.done,
            total=progress.total,
            speed=progress.speed,
            seconds_left=progress.seconds_left,
            note=progress.note,
            silence=progress.silence,
            can_hurry=progress.can_hurry,
        )
        for waiter in self.waiters:
            waiter.on_progress(progress)

    def give(self, folder: Path) -> None:
        """Tell all who wait that the files are there."""
        for waiter in self.waiters:
            if not waiter.outcome.done():
                waiter.outcome.set_result(folder)

    def refuse(self, error: LabError) -> None:
        """Tell all who wait that the files will not be there."""
        for waiter in self.waiters:
            if not waiter.outcome.done():
                waiter.outcome.set_exception(error)

    def _is_of(self, details: ModelDetails) -> bool:
        own = self.details
        return (own.info.id, own.revision, own.ref) == (
            details.info.id,
            details.revision,
            details.ref,
        )
