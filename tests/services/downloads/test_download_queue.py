"""Downloads that wait, run, pause and outlive the lab."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.download_queue import DownloadQueue
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.downloads.saved_download import read_download, write_download
from ailab.services.hub.model_info import ModelDetails, ModelInfo, RepoFile
from download_lab import FILES, WEIGHTS, DownloadLab, lab_with
from loopback_hub import MODEL

ALL = tuple(FILES)
TOTAL = sum(map(len, FILES.values()))


class Tap:
    """A download server that gives a part of the weights and the rest when it is opened."""

    def __init__(self, lab: DownloadLab) -> None:
        self.is_open = asyncio.Event()
        lab.hub.storage = self.answer

    async def answer(self, request: web.Request) -> web.StreamResponse:
        start = request.http_range.start or 0
        told = {"Content-Range": f"bytes {start}-{len(WEIGHTS) - 1}/{len(WEIGHTS)}"}
        response = web.StreamResponse(status=206 if start else 200, headers=told if start else {})
        response.content_length = len(WEIGHTS) - start
        await response.prepare(request)
        await response.write(WEIGHTS[start : start + 2**20])
        await self.is_open.wait()
        await response.write(WEIGHTS[start + 2**20 :])
        return response


class QueueLab:
    """A queue on a loopback Hub, and the details of its model."""

    def __init__(self, lab: DownloadLab, queue: DownloadQueue, details: ModelDetails) -> None:
        self.lab = lab
        self.queue = queue
        self.details = details
        self.told: list[tuple[DownloadEntry, ...]] = []
        self._news = asyncio.Event()
        queue.subscribe(self._listen)

    @property
    def entry(self) -> DownloadEntry:
        """The only one."""
        (entry,) = self.queue.entries
        return entry

    @property
    def states(self) -> list[DownloadState]:
        """Of all entries, in their order."""
        return [entry.state for entry in self.queue.entries]

    async def until(self, is_so: Callable[[tuple[DownloadEntry, ...]], bool]) -> None:
        """Wait until the queue tells of this."""
        while not is_so(self.queue.entries):
            self._news.clear()
            await self._news.wait()

    async def until_state(self, state: DownloadState) -> None:
        await self.until(lambda entries: any(entry.state is state for entry in entries))

    async def until_arrived(self) -> None:
        """Wait until the first part of the weights is on the disk."""
        await self.lab.until(
            lambda: self.lab.partial.exists() and self.lab.partial.stat().st_size >= 2**20
        )

    def _listen(self, entries: tuple[DownloadEntry, ...]) -> None:
        self.told.append(entries)
        self._news.set()


@asynccontextmanager
async def queue_with(
    tmp_path: Path, *, at_once: int = 3, files: dict[str, bytes] | None = None
) -> AsyncIterator[QueueLab]:
    async with lab_with(tmp_path, files) as lab:
        queue = DownloadQueue(lab.downloader(), tmp_path, at_once=at_once)
        details = await lab.service.get_model_info(MODEL)
        try:
            yield QueueLab(lab, queue, details)
        finally:
            await queue.close()


async def test_that_what_is_queued_arrives_and_is_told_of(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        await test.queue.enqueue(test.details, ALL)
        await test.until_state(DownloadState.DONE)
        assert (test.entry.done, test.entry.total) == (TOTAL, TOTAL)
        assert [file.path for file in test.entry.files] == list(ALL)
        assert all(file.done == file.total for file in test.entry.files)
        states = [entries[0].state for entries in test.told if entries]
        assert states[0] in {DownloadState.QUEUED, DownloadState.RUNNING}
        assert list((tmp_path / "downloads").glob("*.json")) == []
        test.queue.clear_finished()
        assert test.queue.entries == ()
        assert test.told[-1] == ()


async def test_that_a_paused_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        tap = Tap(test.lab)
        await test.queue.enqueue(test.details, ALL)
        await test.until_arrived()
        test.queue.pause(test.entry.key)
        assert test.entry.state is DownloadState.PAUSED
        assert test.entry.speed == 0
        tap.is_open.set()
        test.queue.resume(test.entry.key)
        await test.until_state(DownloadState.DONE)
        assert test.lab.ranges()[0] == ""
        assert test.lab.ranges()[-1].startswith("bytes=")


async def test_that_a_wait_before_another_try_can_be_cut_short(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:

        async def fail(_: web.Request) -> web.StreamResponse:
            return web.Response(status=503)

        lab.hub.storage = fail
        downloader = ModelDownloader(lab.service, lab.cache, retry_delays=(600.0,))
        queue = DownloadQueue(downloader, tmp_path)
        test = QueueLab(lab, queue, await lab.service.get_model_info(MODEL))
        await queue.enqueue(test.details, ALL)
        await test.until(lambda entries: bool(entries) and entries[0].can_hurry)
        assert "Trying again in 600 s." in test.entry.note
        lab.hub.storage = None
        while test.entry.state is DownloadState.RUNNING:  # each file waits by itself
            queue.hurry(test.entry.key)
            await asyncio.sleep(0)
        assert test.entry.state is DownloadState.DONE
        assert not test.entry.can_hurry
        await queue.close()


async def test_that_what_was_not_done_comes_back_paused_in_the_next_lab(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        tap = Tap(test.lab)
        await test.queue.enqueue(test.details, ALL)
        await test.until_arrived()
        arrived = test.lab.partial.stat().st_size
        key = test.entry.key
        await test.queue.close()
        again = DownloadQueue(test.lab.downloader(), tmp_path)
        await again.open()
        (entry,) = again.entries
        assert (entry.key, entry.model_id, entry.ref) == (key, MODEL, "main")
        assert entry.state is DownloadState.PAUSED
        assert entry.done >= arrived
        assert entry.total == TOTAL
        later = QueueLab(test.lab, again, test.details)
        tap.is_open.set()
        again.resume(key)
        await later.until_state(DownloadState.DONE)
        await again.close()
        last = DownloadQueue(test.lab.downloader(), tmp_path)
        await last.open()
        assert last.entries == ()
        await last.close()


async def test_that_what_another_program_has_brought_meanwhile_does_not_come_back(
    tmp_path: Path,
) -> None:
    async with queue_with(tmp_path) as test:
        Tap(test.lab)
        await test.queue.enqueue(test.details, ALL)
        await test.until_arrived()
        await test.queue.close()
        test.lab.hub.storage = None
        await test.lab.download()
        again = DownloadQueue(test.lab.downloader(), tmp_path)
        await again.open()
        assert again.entries == ()
        await again.close()
        assert list((tmp_path / "downloads").iterdir()) == []


async def test_that_two_labs_do_not_take_each_others_downloads(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        Tap(test.lab)
        await test.queue.enqueue(test.details, ALL)
        other = DownloadQueue(test.lab.downloader(), tmp_path)
        await other.open()
        assert other.entries == ()
        await other.close()
        assert test.entry.state is DownloadState.RUNNING


async def test_that_a_cancelled_download_leaves_nothing(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        Tap(test.lab)
        await test.queue.enqueue(test.details, ALL)
        await test.until_arrived()
        test.queue.cancel(test.entry.key)
        assert test.queue.entries == ()
        await test.queue.close()
        assert test.lab.left() == []
        assert list((tmp_path / "downloads").glob("*.json")) == []


async def test_that_only_some_downloads_run_at_once(tmp_path: Path) -> None:
    files = {f"{name}.onnx": WEIGHTS + name.encode() for name in "abc"}
    async with queue_with(tmp_path, at_once=2, files=files) as test:
        gate = asyncio.Event()

        async def wait(request: web.Request) -> web.StreamResponse:
            await gate.wait()
            return web.Response(body=files[request.path.removeprefix("/store/")])

        test.lab.hub.storage = wait
        for path in files:
            await test.queue.enqueue(test.details, [path])
        running, queued = DownloadState.RUNNING, DownloadState.QUEUED
        assert [entry.state for entry in test.queue.entries] == [running, running, queued]
        test.queue.pause(test.queue.entries[0].key)
        assert [entry.state for entry in test.queue.entries][1:] == [running, running]
        test.queue.resume(test.queue.entries[0].key)
        assert test.queue.entries[0].state is queued
        gate.set()
        await test.until(lambda all_: all(entry.state is DownloadState.DONE for entry in all_))


async def test_that_the_same_files_are_listed_once(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        tap = Tap(test.lab)
        await asyncio.gather(*(test.queue.enqueue(test.details, ALL) for _ in range(3)))
        test.queue.pause(test.entry.key)
        await test.queue.enqueue(test.details, ALL)
        assert test.entry.is_active
        tap.is_open.set()
        await test.until_state(DownloadState.DONE)
        await test.queue.enqueue(test.details, ALL)
        await test.until_state(DownloadState.DONE)  # looked after once more, and listed once
        assert len(test.queue.entries) == 1


async def test_that_what_was_deleted_since_is_listed_no_more(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        folder = await test.queue.download(test.details, ALL, lambda _: None)
        await test.queue.look_again()
        assert test.entry.state is DownloadState.DONE
        shutil.rmtree(folder)
        await test.queue.look_again()
        assert test.queue.entries == ()


async def test_that_a_failure_is_told_and_can_be_tried_again(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:

        async def busy(_: web.Request) -> web.StreamResponse:
            return web.Response(status=503)

        test.lab.hub.storage = busy
        await test.queue.enqueue(test.details, ALL)
        await test.until_state(DownloadState.FAILED)
        assert test.entry.problem is not None
        assert "503" in test.entry.problem.message
        assert test.entry.problem.advice
        test.lab.hub.storage = None
        test.queue.resume(test.entry.key)
        await test.until_state(DownloadState.DONE)
        assert test.entry.problem is None


async def test_that_unsafe_names_are_refused(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        with pytest.raises(DownloadError, match="not safe"):
            await test.queue.enqueue(test.details, ["../x"])
        assert test.queue.entries == ()


async def test_that_a_runs_download_is_listed_and_waits_for_nobody(tmp_path: Path) -> None:
    async with queue_with(tmp_path, at_once=0) as test:
        progress: list[DownloadProgress] = []
        folder = await test.queue.download(test.details, ALL, progress.append)
        assert (folder / "config.json").is_file()
        assert test.entry.state is DownloadState.DONE
        assert progress[-1].done == TOTAL
        test.queue.clear_finished()
        assert await test.queue.download(test.details, ALL, progress.append) == folder
        assert test.queue.entries == ()  # nothing was missing


async def test_that_a_cancelled_runs_download_rests_and_keeps_its_bytes(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        tap = Tap(test.lab)
        run = asyncio.ensure_future(test.queue.download(test.details, ALL, lambda _: None))
        await test.until_arrived()
        run.cancel()
        await asyncio.wait({run})
        assert test.entry.state is DownloadState.PAUSED
        assert test.lab.partial.stat().st_size >= 2**20
        tap.is_open.set()
        assert await test.queue.download(test.details, ALL, lambda _: None)
        assert test.states == [DownloadState.DONE]
        assert test.lab.ranges()[-1].startswith("bytes=")


async def test_that_what_somebody_queued_goes_on_when_a_run_on_it_is_cancelled(
    tmp_path: Path,
) -> None:
    async with queue_with(tmp_path) as test:
        Tap(test.lab)
        await test.queue.enqueue(test.details, ALL)
        run = asyncio.ensure_future(test.queue.download(test.details, ALL, lambda _: None))
        await test.until_arrived()
        run.cancel()
        await asyncio.wait({run})
        assert test.entry.state is DownloadState.RUNNING


@pytest.mark.parametrize(("how", "words"), [("pause", "was paused"), ("cancel", "was cancelled")])
async def test_that_a_run_is_told_when_its_download_is_stopped(
    tmp_path: Path, how: str, words: str
) -> None:
    async with queue_with(tmp_path) as test:
        Tap(test.lab)
        run = asyncio.ensure_future(test.queue.download(test.details, ALL, lambda _: None))
        await test.until_arrived()
        getattr(test.queue, how)(test.entry.key)
        with pytest.raises(DownloadError, match=words) as caught:
            await run
        assert "Run again" in caught.value.advice


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\xff", b"[" * 100_000, b'{"version": 2}', b'{"version": 1, "model": "../x"}'],
)
async def test_that_a_damaged_note_is_set_aside(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "1-a.json").write_bytes(content)
    async with queue_with(tmp_path) as test:
        await test.queue.open()
        assert test.queue.entries == ()
        assert (folder / "1-a.damaged").read_bytes() == content


def test_that_a_note_reads_back_as_it_was() -> None:
    files = (RepoFile("a/b.onnx", 5, sha256="a" * 64), RepoFile("c.json", None, git_sha1="b" * 40))
    details = read_download(
        write_download(replace(read_download(write_download(_some(), files)), ref="v1"), files)
    )
    assert details.files == files
    assert (details.info.id, details.ref, details.revision) == (MODEL, "v1", "c" * 40)


def _some() -> ModelDetails:
    return ModelDetails(ModelInfo("1", MODEL), "c" * 40)


async def test_that_a_folder_that_cannot_be_written_costs_memory_alone(tmp_path: Path) -> None:
    (tmp_path / "downloads").write_text("a file")
    async with queue_with(tmp_path) as test:
        await test.queue.enqueue(test.details, ALL)
        await test.until_state(DownloadState.DONE)


async def test_that_progress_is_told_at_most_ten_times_a_second(tmp_path: Path) -> None:
    async with queue_with(tmp_path) as test:
        job = await test.queue._job_for(test.details, ALL)
        test.told.clear()
        for _ in range(500):
            test.queue._tell_soon()
        assert test.told == []
        await test.until(lambda _: bool(test.told))
        assert len(test.told) == 1
        assert job.entry in test.told[0]
