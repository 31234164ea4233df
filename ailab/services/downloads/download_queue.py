"""The list of downloads: some run, the others wait, rest or are done."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.download_job import DownloadJob, DownloadWaiter
from ailab.services.downloads.download_progress import DownloadProgress, FileProgress
from ailab.services.downloads.download_store import DownloadStore
from ailab.services.downloads.file_slots import FileSlots
from ailab.services.downloads.kept_model import KeptModel
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.downloads.model_queue import EntriesListener
from ailab.services.downloads.saved_download import write_download
from ailab.services.hub.model_info import ModelDetails
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem

_SECONDS_BETWEEN_TELLING = 0.1


class DownloadQueue:
    """Runs a few downloads at once and keeps those that are not done over restarts.

    It is both the `ModelQueue` of the window and the `ModelDownloads` of a run: a run's download
    is listed too, and does not wait for others. Where the run is cancelled its download rests,
    its bytes kept, unless somebody had asked for it besides.

    Args:
        downloader: brings the files.
        folder: the lab's data, with a folder `downloads` in it where unfinished ones are noted;
            None to forget them with the lab.
        at_once: how many downloads run at once.
    """

    def __init__(
        self, downloader: ModelDownloader, folder: Path | None = None, *, at_once: int = 3
    ) -> None:
        self._downloader = downloader
        self._store = DownloadStore(folder / "downloads") if folder is not None else None
        self._at_once = at_once
        self._slots = FileSlots()
        self._jobs: dict[str, DownloadJob] = {}
        self._listeners: list[EntriesListener] = []
        self._opening = asyncio.Lock()
        self._is_open = False
        self._work: set[asyncio.Task[None]] = set()
        self._telling: asyncio.TimerHandle | None = None

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        """See `ModelQueue`."""
        return tuple(job.entry for job in self._jobs.values())

    def subscribe(self, listener: EntriesListener) -> Callable[[], None]:
        """See `ModelQueue`."""
        self._listeners.append(listener)

        def end() -> None:
            self._listeners.remove(listener)

        return end

    async def open(self) -> None:
        """See `ModelQueue`."""
        async with self._opening:
            if self._is_open:
                return
            if self._store is not None:
                for key, details in await asyncio.to_thread(self._store.load):
                    job = DownloadJob(key, details, await self._downloader.arrived(details))
                    if await self._downloader.holds(details, job.paths):
                        await self._forget(job)  # another program has brought it
                    else:
                        self._jobs[key] = job
            self._is_open = True
        self._tell()

    async def holds(self, details: ModelDetails, files: Sequence[str]) -> bool:
        """See `ModelDownloads`."""
        return await self._downloader.holds(details, files)

    async def kept(self, model_id: str, revision: str | None) -> KeptModel | None:
        """See `ModelDownloads`."""
        return await self._downloader.kept(model_id, revision)

    async def kept_ids(self) -> frozenset[str]:
        """See `ModelDownloads`."""
        return await self._downloader.kept_ids()

    async def enqueue(self, details: ModelDetails, files: Sequence[str]) -> None:
        """See `ModelQueue`."""
        job = await self._job_for(details, files)
        job.is_for_its_own_sake = True
        self.resume(job.entry.key)

    async def download(
        self,
        details: ModelDetails,
        files: Sequence[str],
        on_progress: Callable[[DownloadProgress], None],
    ) -> Path:
        """See `ModelDownloads`; cancelling keeps what has arrived, and lists it as paused.

        Raises:
            LabError: it failed, or somebody paused it or took it off the list.
        """
        if await self._downloader.holds(details, files):
            return await self._downloader.download(details, files, on_progress)
        job = await self._job_for(details, files)
        waiter = DownloadWaiter(on_progress)
        job.waiters.append(waiter)
        if not job.entry.is_active:
            job.is_for_its_own_sake = False
        if job.run is None:
            self._start(job, FileSlots())  # somebody sits and waits
        try:
            return await waiter.outcome
        finally:
            job.waiters.remove(waiter)
            is_unwanted = not job.waiters and not job.is_for_its_own_sake
            if waiter.outcome.cancelled() and is_unwanted:
                self.pause(job.entry.key)

    def pause(self, key: str) -> None:
        """See `ModelQueue`."""
        job = self._jobs.get(key)
        if job is None or not job.entry.is_active:
            return
        self._stop(job)
        job.become(DownloadState.PAUSED)
        job.refuse(
            DownloadError(
                f"The download of {job.entry.model_id} was paused.",
                "Run again to go on where it stopped, or resume it among the downloads.",
            )
        )
        self._start_next()

    def resume(self, key: str) -> None:
        """See `ModelQueue`."""
        job = self._jobs.get(key)
        if job is not None and job.entry.state in {DownloadState.PAUSED, DownloadState.FAILED}:
            job.is_for_its_own_sake = True
            job.become(DownloadState.QUEUED)
            self._start_next()

    def hurry(self, key: str) -> None:
        """See `ModelQueue`."""
        if (job := self._jobs.get(key)) is not None:
            job.pause.end()

    def cancel(self, key: str) -> None:
        """See `ModelQueue`."""
        job = self._jobs.pop(key, None)
        if job is None:
            return
        run = job.run
        self._stop(job)
        job.refuse(
            DownloadError(
                f"The download of {job.entry.model_id} was cancelled.", "Run again to begin anew."
            )
        )
        self._spawn(self._remove(job, run))
        self._start_next()

    async def look_again(self) -> None:
        """See `ModelQueue`."""
        done = [job for job in self._jobs.values() if not job.entry.is_unfinished]
        gone = [job for job in done if not await self.kept(job.entry.model_id, job.entry.revision)]
        self._jobs = {
            key: job
            for key, job in self._jobs.items()
            if job not in gone or job.entry.is_unfinished
        }
        self._tell()

    def clear_finished(self) -> None:
        """See `ModelQueue`."""
        self._jobs = {key: job for key, job in self._jobs.items() if job.entry.is_unfinished}
        self._tell()

    async def close(self) -> None:
        """Stop everything; what is not done comes back paused in the next lab."""
        for job in self._jobs.values():
            self._stop(job)
            for waiter in job.waiters:
                waiter.outcome.cancel()
        while self._work:
            await asyncio.wait(tuple(self._work))
        if self._telling is not None:
            self._telling.cancel()
        if self._store is not None:
            await asyncio.to_thread(self._store.close)

    async def _job_for(self, details: ModelDetails, files: Sequence[str]) -> DownloadJob:
        """The job that brings these files: one of the list, or a new one at its end."""
        wanted = self._downloader.wanted(details, files)
        await self.open()
        paths = {file.path for file in wanted}
        for job in self._jobs.values():
            if job.is_for(details, paths):
                return job
        self._jobs = {  # a new one takes the place of one that is done
            key: job for key, job in self._jobs.items() if not job.was_for(details, paths)
        }
        key = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        begun = tuple(FileProgress(file.path, 0, file.size) for file in wanted)
        job = DownloadJob(key, replace(details, files=wanted), begun)
        self._jobs[key] = job
        if self._store is not None:
            text = write_download(details, wanted)
            await asyncio.to_thread(self._store.save, key, text)
        return job

    def _start_next(self) -> None:
        """Start what waits, as far as there is room, and tell of the new state."""
        running = sum(job.entry.state is DownloadState.RUNNING for job in self._jobs.values())
        for job in self._jobs.values():
            if running < self._at_once and job.entry.state is DownloadState.QUEUED:
                self._start(job, self._slots)
                running += 1
        self._tell()

    def _start(self, job: DownloadJob, slots: FileSlots) -> None:
        job.become(DownloadState.RUNNING)
        job.run = self._spawn(self._run(job, slots))
        self._tell()

    def _stop(self, job: DownloadJob) -> None:
        if job.run is not None:
            job.run.cancel()
            job.run = None

    async def _run(self, job: DownloadJob, slots: FileSlots) -> None:
        def take_progress(progress: DownloadProgress) -> None:
            job.take_progress(progress)
            self._tell_soon()

        try:
            folder = await self._downloader.download(
                job.details, job.paths, take_progress, slots=slots, pause=job.pause
            )
        except LabError as error:
            if job.run is not asyncio.current_task():
                return  # it was stopped, and somebody has said what it is now
            job.run = None
            job.become(DownloadState.FAILED, Problem.of(error))
            job.refuse(error)
        else:
            job.run = None
            job.become(DownloadState.DONE)
            job.give(folder)
            await self._forget(job)
        self._start_next()

    async def _remove(self, job: DownloadJob, run: asyncio.Task[None] | None) -> None:
        if run is not None:
            await asyncio.wait({run})
        await self._downloader.discard(job.details)
        await self._forget(job)

    async def _forget(self, job: DownloadJob) -> None:
        if self._store is not None:
            await asyncio.to_thread(self._store.remove, job.entry.key)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            task.get_loop().call_exception_handler(
                {"message": "a download failed", "exception": error, "task": task}
            )

    def _tell(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        entries = self.entries
        for listener in tuple(self._listeners):
            listener(entries)

    def _tell_soon(self) -> None:
        if self._telling is None:
            loop = asyncio.get_running_loop()
            self._telling = loop.call_later(_SECONDS_BETWEEN_TELLING, self._tell)
