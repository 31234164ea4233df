"""Running, and being told how it goes."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt, QUrl
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.picture_progress import PictureProgress
from ailab.viewmodels import inference_run
from ailab.viewmodels.progress_text import progress_share, progress_text
from ailab.viewmodels.run_parts import RunParts
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.views.run_panel import RunPanel
from inference_lab import Lab


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run takes a quarter of a second."""
    ticks = count()
    monkeypatch.setattr(inference_run, "perf_counter", lambda: next(ticks) / 4)


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> RunPanel:
    made = RunPanel(lab.view_model)
    qtbot.addWidget(made)
    made.show()
    return made


async def test_that_run_says_what_is_missing_and_then_runs(lab: Lab, panel: RunPanel) -> None:
    assert not panel.run.isEnabled()
    assert panel.why_not.text() == panel.run.toolTip() == "Choose a model first."
    await lab.choose("a.png")
    assert panel.run.isEnabled()
    assert not panel.why_not.isVisible()
    panel.run.click()
    assert panel.cancel.isVisible()
    assert not panel.run.isVisible()
    assert not panel.load.isEnabled()
    await lab.view_model.wait()
    assert panel.run.isVisible()
    assert panel.notice.text() == "Ran 1 picture in 0.25 s."


async def test_that_a_download_shows_bytes_and_can_be_cancelled(lab: Lab, panel: RunPanel) -> None:
    await lab.choose("a.png")
    lab.downloads.gate.shut()
    panel.run.click()
    await lab.until(panel.amount.isVisible)
    assert panel.stage.text() == "Downloading acme/nuclei"
    assert panel.amount.text() == "500 kB of 3.0 MB · 250 kB/s"
    assert panel.bar.value() / panel.bar.maximum() == pytest.approx(1 / 6, abs=0.001)
    panel.cancel.click()
    await lab.view_model.wait()
    assert panel.notice.text() == "Cancelled."
    assert not panel.bar.isVisible()
    assert panel.run.isEnabled()


async def test_that_the_picture_under_way_is_named_by_its_number(lab: Lab, panel: RunPanel) -> None:
    await lab.choose("folder")
    lab.inference.gate.shut()
    panel.run.click()
    await lab.until(lambda: bool(lab.inference.predicted))
    assert panel.amount.text() == "Picture 1 of 3"
    lab.inference.gate.open()
    await lab.view_model.wait()


async def test_that_it_is_told_how_far_the_network_is_with_a_picture(
    lab: Lab, panel: RunPanel
) -> None:
    await lab.choose("a.png")
    lab.inference.gate.shut()
    panel.run.click()
    await lab.until(lambda: bool(lab.inference.predicted))
    watcher = lab.inference.watcher
    assert watcher is not None
    watcher(PictureProgress("a.png", 320, 1024))
    assert panel.amount.text() == "Looking for masks: 320 of 1,024 points"
    assert (panel.bar.maximum(), panel.bar.value()) == (1000, 312)
    panel.cancel.click()
    watcher(PictureProgress("a.png", 336, 1024))  # it was on its way
    assert not panel.bar.isVisible()
    await lab.view_model.wait()
    assert lab.inference.watcher is None


async def test_that_a_failed_run_says_what_to_do_until_it_is_dismissed(
    lab: Lab, panel: RunPanel
) -> None:
    lab.inference.load_failure = WorkerError("It ended.", "Run again.")
    await lab.run("a.png")
    assert panel.banner.isVisible()
    assert panel.banner.message.text() == "It ended."
    assert panel.banner.advice.text() == "Run again."
    panel.banner.dismiss.click()
    assert not panel.banner.isVisible()
    assert lab.view_model.state.problem is None


async def test_that_the_keyboard_stays_on_the_button_that_takes_its_place(
    lab: Lab, panel: RunPanel, qtbot: QtBot
) -> None:
    await lab.choose("a.png")
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.run.setFocus()
    lab.inference.gate.shut()
    panel.run.click()
    assert panel.focusWidget() is panel.cancel
    panel.cancel.click()
    assert panel.focusWidget() is panel.run
    await lab.view_model.wait()


async def test_that_the_second_and_third_click_of_several_do_not_cancel(
    lab: Lab, panel: RunPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QApplication, "doubleClickInterval", lambda: 60_000)
    await lab.choose("a.png")
    lab.inference.gate.shut()
    panel.run.click()
    press(panel.cancel, QEvent.Type.MouseButtonDblClick)
    assert lab.view_model.state.is_running
    press(panel.cancel, QEvent.Type.MouseButtonPress)
    assert lab.view_model.state.is_running
    panel.cancel.click()
    press(panel.run, QEvent.Type.MouseButtonDblClick)
    assert not lab.view_model.state.is_running
    await lab.view_model.wait()


def press(button: QPushButton, kind: QEvent.Type) -> None:
    """A press of several, and its release: the first fell on another button."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    place = QPointF(button.rect().center())
    for step, held in ((kind, left), (QEvent.Type.MouseButtonRelease, none)):
        event = QMouseEvent(
            step, place, button.mapToGlobal(place), left, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(button, event)


async def test_that_the_folder_of_the_run_can_be_opened(
    lab: Lab, panel: RunPanel, opened_folders: list[str]
) -> None:
    assert not panel.open_folder.isVisible()
    await lab.run("a.png", save_to="/results")
    assert panel.open_folder.isVisible()
    panel.open_folder.click()
    assert opened_folders == [QUrl.fromLocalFile(lab.view_model.results.state.folder).toLocalFile()]
    assert opened_folders[0].endswith("run 1")


async def test_that_results_are_loaded_from_the_folder_chosen(lab: Lab, panel: RunPanel) -> None:
    panel.load.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit("/nothing")
    dialog.close()
    await lab.view_model.wait()
    assert panel.banner.message.text() == "There is no run in /nothing."


def test_that_progress_is_told_in_plain_words() -> None:
    def downloading(done: int, total: int | None, speed: float) -> RunProgress:
        return RunProgress(RunStage.DOWNLOADING, "m", DownloadProgress(done, total, speed, "f"))

    assert progress_text(downloading(3_100_000, 3_700_000, 2_400_000.0)) == (
        "Downloading m",
        "3.1 of 3.7 MB · 2.4 MB/s",
    )
    assert progress_text(downloading(3_100_000, None, 0.0))[1] == "3.1 MB"
    assert progress_share(downloading(1, None, 0.0)) is None
    assert progress_share(downloading(1, 4, 0.0)) == 0.25
    assert progress_share(downloading(5, 4, 0.0)) == 1.0
    running = RunProgress(RunStage.RUNNING, "m", done=2, total=12)
    assert progress_text(running)[1] == "Picture 3 of 12"
    assert progress_share(running) == pytest.approx(2 / 12)
    assert progress_share(RunProgress(RunStage.RUNNING, "m", total=1)) is None
    looking = replace(running, within=PictureProgress("a.png", 512, 1024))
    assert progress_text(looking)[1] == ("Picture 3 of 12 · Looking for masks: 512 of 1,024 points")
    assert progress_share(looking) == pytest.approx(2.5 / 12)
    alone = replace(looking, done=0, total=1)
    assert progress_text(alone)[1] == "Looking for masks: 512 of 1,024 points"
    assert progress_share(alone) == 0.5
    writing = replace(alone, parts=RunParts.TOKENS)
    assert progress_text(writing)[1] == "Written: 512 of at most 1,024 tokens"
    assert progress_text(RunProgress(RunStage.LOADING, "m")) == ("Loading the model m …", "")
