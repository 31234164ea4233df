"""The Downloads tab and what the status bar says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fake_queue import FakeQueue
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_progress import FileProgress
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.viewmodels.downloads import DownloadsViewModel
from ailab.views.download_files_list import DownloadFilesList
from ailab.views.download_status import DownloadStatus
from ailab.views.downloads_view import DownloadsView

MB = 1_000_000
FILES = (FileProgress("config.json", 10, 10), FileProgress("onnx/model.onnx", 100 * MB, 300 * MB))


def an_entry(key: str = "1", state: DownloadState = DownloadState.RUNNING) -> DownloadEntry:
    return DownloadEntry(
        key, f"acme/{key}", files=FILES, done=100 * MB, total=300 * MB, speed=0.0, state=state
    )


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def view(dressed: QApplication, qtbot: QtBot, queue: FakeQueue) -> DownloadsView:
    view = DownloadsView(DownloadsViewModel(queue))
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    return view


def test_that_an_empty_list_explains_itself(view: DownloadsView, queue: FakeQueue) -> None:
    assert view.empty.isVisible()
    assert "No downloads" in view.empty.words
    queue.tell(an_entry())
    assert not view.empty.isVisible()
    queue.tell()
    assert view.empty.isVisible()
    assert view.rows == []


def test_that_a_download_shows_how_far_it_is(view: DownloadsView, queue: FakeQueue) -> None:
    queue.tell(replace(an_entry(), speed=12e6, seconds_left=17))
    (row,) = view.rows
    assert row.title.text() == "acme/1"
    assert row.status.text() == "100 of 300 MB · 12.0 MB/s · 17 s left"
    assert row.bar.value() == 333
    queue.tell(replace(an_entry(), done=150 * MB))
    assert view.rows == [row]
    assert row.bar.value() == 500
    queue.tell(replace(an_entry(), total=None))
    assert row.bar.maximum() == 0
    queue.tell(replace(an_entry(), note="Trying again in 4 s."))
    assert row.status.text() == "Trying again in 4 s."


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (DownloadState.QUEUED, {"Pause", "Cancel"}),
        (DownloadState.RUNNING, {"Pause", "Cancel"}),
        (DownloadState.PAUSED, {"Resume", "Cancel"}),
        (DownloadState.FAILED, {"Retry", "Cancel"}),
        (DownloadState.DONE, {"Use in Inference"}),
    ],
)
def test_that_each_state_has_its_buttons(
    view: DownloadsView, queue: FakeQueue, state: DownloadState, shown: set[str]
) -> None:
    queue.tell(an_entry("1", state))
    (row,) = view.rows
    buttons = (row.hurry, row.pause, row.resume, row.use, row.cancel)
    assert {button.text() for button in buttons if button.isVisibleTo(row)} == shown
    assert row.bar.isVisibleTo(row) == (state is not DownloadState.DONE)


def test_that_buttons_do_what_they_say(view: DownloadsView, queue: FakeQueue) -> None:
    queue.tell(
        an_entry("1"), an_entry("2", DownloadState.PAUSED), an_entry("3", DownloadState.DONE)
    )
    view.rows[0].pause.click()
    view.rows[1].resume.click()
    view.rows[1].cancel.click()
    view.clear.click()
    assert queue.asked == [("pause", "1"), ("resume", "2"), ("cancel", "2"), ("clear", "")]


def test_that_a_download_that_waits_can_be_tried_at_once(
    view: DownloadsView, queue: FakeQueue, qtbot: QtBot
) -> None:
    waiting = replace(an_entry(), note="Trying again in 8 s. It broke off.", can_hurry=True)
    queue.tell(waiting)
    (row,) = view.rows
    assert row.status.text() == waiting.note
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    row.hurry.setFocus()
    qtbot.waitUntil(row.hurry.hasFocus)
    row.hurry.click()
    assert queue.asked == [("hurry", "1")]
    queue.tell(an_entry())
    assert not row.hurry.isVisibleTo(row)
    assert row.pause.hasFocus()


def test_that_a_download_that_stalls_says_for_how_long(
    view: DownloadsView, queue: FakeQueue
) -> None:
    queue.tell(replace(an_entry(), silence=12.4))
    (row,) = view.rows
    assert row.status.text() == "100 of 300 MB · no data for 12 s"
    assert view.summary.text() == "1 download, 100 of 300 MB, no data for 12 s"
    moving = replace(an_entry("2"), done=0, total=100 * MB, speed=10e6)
    queue.tell(replace(an_entry(), silence=12.4), moving)
    assert view.summary.text() == "2 downloads, 100 of 400 MB, 10.0 MB/s, 30 s left"


def test_that_a_model_that_has_arrived_can_be_used(
    view: DownloadsView, queue: FakeQueue, qtbot: QtBot
) -> None:
    done = an_entry("1", DownloadState.DONE)
    queue.tell(done, replace(done, key="2", ref="v2"))
    for row, reference in zip(view.rows, ("acme/1", "acme/1@v2"), strict=True):
        with qtbot.waitSignal(view.model_chosen) as chosen:
            row.use.click()
        assert chosen.args == [reference]


def test_that_a_failure_says_what_happened_and_leads_on(
    view: DownloadsView, queue: FakeQueue, qtbot: QtBot
) -> None:
    problem = Problem("acme/1 is gated.", "Sign in first.", next_step=NextStep.SIGN_IN)
    queue.tell(replace(an_entry("1", DownloadState.FAILED), problem=problem))
    (row,) = view.rows
    assert row.problem.text() == "acme/1 is gated."
    assert row.advice.text() == "Sign in first."
    with qtbot.waitSignal(view.step_wanted) as caught:
        row.step.click()
    assert caught.args == ["acme/1", NextStep.SIGN_IN]
    queue.tell(an_entry("1"))
    assert not row.problem.isVisible()
    assert not row.step.isVisible()


def test_that_the_files_unfold(view: DownloadsView, queue: FakeQueue) -> None:
    queue.tell(an_entry())
    (row,) = view.rows
    assert row.unfold.text() == "1 of 2 files"
    assert not row.files.isVisibleTo(row)
    row.unfold.click()
    assert row.files.isVisibleTo(row)
    model = row.files.model()
    assert model is not None
    cells = [model.index(row, column).data() for row in range(2) for column in range(2)]
    assert cells == ["config.json", "10 bytes", "onnx/model.onnx", "100 of 300 MB"]
    queue.tell(replace(an_entry(), files=(FILES[0], replace(FILES[1], done=200 * MB))))
    assert model.index(1, 1).data() == "200 of 300 MB"
    row.unfold.click()
    assert not row.files.isVisibleTo(row)


def test_that_the_keyboard_stays_on_the_button(
    view: DownloadsView, queue: FakeQueue, qtbot: QtBot
) -> None:
    queue.tell(an_entry())
    (row,) = view.rows
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    row.pause.setFocus()
    qtbot.waitUntil(row.pause.hasFocus)
    queue.tell(an_entry("1", DownloadState.PAUSED))
    assert row.resume.hasFocus()


def test_that_the_status_bar_tells_of_all_downloads(
    dressed: QApplication, qtbot: QtBot, queue: FakeQueue
) -> None:
    status = DownloadStatus(DownloadsViewModel(queue))
    qtbot.addWidget(status)
    status.show()
    assert not status.isVisible()
    queue.tell(replace(an_entry(), speed=20e6))
    assert status.isVisible()
    assert status.button.text() == "1 download, 100 of 300 MB, 20.0 MB/s, 10 s left"
    with qtbot.waitSignal(status.clicked):
        status.button.click()
    queue.tell(an_entry("1", DownloadState.FAILED))
    assert status.button.text() == "1 download failed"
    queue.tell(an_entry("1", DownloadState.FAILED), an_entry("2", DownloadState.PAUSED))
    assert status.button.text() == "1 download failed, 1 download paused"
    assert not status.bar.isVisible()
    queue.tell(an_entry("1", DownloadState.DONE))
    assert not status.isVisible()


def test_that_many_files_that_move_are_told_to_the_view_at_once(
    dressed: QApplication, qtbot: QtBot
) -> None:
    files = DownloadFilesList()
    qtbot.addWidget(files)
    begun = tuple(FileProgress(f"{number}.json", 0, 10) for number in range(200))
    files.show_files(begun)
    told: list[Any] = []
    model = files.model()
    assert model is not None
    model.dataChanged.connect(lambda *rows: told.append(rows))
    files.show_files(tuple(replace(file, done=5) for file in begun))
    assert len(told) == 1
    files.show_files(tuple(replace(file, done=5) for file in begun))
    assert len(told) == 1
