"""The list of downloads, without widgets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_queue import FakeQueue

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_progress import FileProgress
from ailab.viewmodels.downloads import DownloadsViewModel
from ailab.viewmodels.downloads_state import DownloadsState
from ailab.viewmodels.downloads_text import duration_text, entry_text, files_text, overall_text

MB = 1_000_000


def an_entry(key: str = "1", state: DownloadState = DownloadState.RUNNING) -> DownloadEntry:
    return DownloadEntry(key, f"acme/{key}", done=100 * MB, total=300 * MB, state=state)


async def test_that_the_list_follows_the_queue() -> None:
    queue = FakeQueue()
    queue.kept = (an_entry("old", DownloadState.PAUSED),)
    downloads = DownloadsViewModel(queue)
    assert not downloads.state.is_open
    downloads.open()
    await downloads._opening.wait()
    assert downloads.state.is_open
    assert [entry.key for entry in downloads.state.entries] == ["old"]
    queue.tell(an_entry("new"))
    assert [entry.key for entry in downloads.state.entries] == ["new"]
    await downloads.close()
    assert queue.listeners == []


def test_that_wishes_are_passed_on() -> None:
    running, waiting = an_entry("1"), an_entry("2", DownloadState.QUEUED)
    paused, failed = an_entry("3", DownloadState.PAUSED), an_entry("4", DownloadState.FAILED)
    queue = FakeQueue(running, waiting, paused, failed, an_entry("5", DownloadState.DONE))
    downloads = DownloadsViewModel(queue)
    downloads.pause("1")
    downloads.resume("3")
    downloads.hurry("3")
    downloads.cancel("4")
    downloads.clear_finished()
    asked = [("pause", "1"), ("resume", "3"), ("hurry", "3"), ("cancel", "4"), ("clear", "")]
    assert queue.asked == asked
    queue.asked.clear()
    downloads.pause_all()  # the waiting one first: else it would take the other's turn
    assert queue.asked == [("pause", "2"), ("pause", "1")]
    queue.asked.clear()
    downloads.resume_all()
    assert queue.asked == [("resume", "3")]


def test_that_all_that_is_on_its_way_is_summed_up() -> None:
    moving = replace(an_entry("1"), done=43 * MB, total=212 * MB, speed=12e6)
    waiting = replace(an_entry("2", DownloadState.QUEUED), done=100 * MB, total=300 * MB)
    done = an_entry("3", DownloadState.DONE)
    state = DownloadsState((moving, waiting, done))
    assert overall_text(state) == "2 downloads, 143 of 512 MB, 12.0 MB/s, 31 s left"
    assert overall_text(DownloadsState((done,))) == ""
    resting = tuple(an_entry(key, DownloadState.PAUSED) for key in "56")
    assert overall_text(DownloadsState(resting)) == "2 downloads paused"
    assert overall_text(DownloadsState((an_entry("4", DownloadState.FAILED),))) == (
        "1 download failed"
    )
    unknown = DownloadsState((replace(moving, total=None),))
    assert unknown.total is None
    assert overall_text(unknown) == "1 download, 43.0 MB, 12.0 MB/s"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (DownloadState.RUNNING, "100 of 300 MB"),
        (DownloadState.QUEUED, "Waiting for its turn · 100 of 300 MB"),
        (DownloadState.PAUSED, "Paused · 100 of 300 MB"),
        (DownloadState.FAILED, "Failed · 100 of 300 MB"),
        (DownloadState.DONE, "Done · 100 MB"),
    ],
)
def test_that_each_state_is_said(state: DownloadState, text: str) -> None:
    assert entry_text(an_entry("1", state)) == text


def test_that_the_files_there_are_counted() -> None:
    there, coming = FileProgress("a", 5, 5), FileProgress("b", 1, 5)
    assert files_text(replace(an_entry(), files=(there, coming))) == "1 of 2 files"
    assert files_text(replace(an_entry(), files=(there, there))) == "2 files"
    assert files_text(replace(an_entry(), files=(coming,))) == "1 file"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (89, "89 s"),
        (120, "2 min"),
        (5390, "90 min"),
        (7500, "2 h 05 min"),
        (1e6, "12 days"),
    ],
)
def test_that_times_are_as_precise_as_anybody_can_know(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
