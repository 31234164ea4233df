"""The question whether a run goes on with one that broke off, in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detections
from ailab.services.results.unfinished_run import UnfinishedRun
from ailab.views.inference_view import InferenceView
from ailab.views.keyboard_place import KeyboardPlace
from ailab.views.run_panel import RunPanel
from inference_lab import Lab

GESTURES: Any = QTest  # its stubs have no static methods


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> RunPanel:
    made = RunPanel(lab.view_model)
    qtbot.addWidget(made)
    made.show()
    return made


async def ask(lab: Lab, panel: RunPanel) -> None:
    """Break a run off after its first picture, and press Run."""
    await lab.run("folder", save_to="out")
    record = replace(next(iter(lab.runs.records.values())), finished=None)
    lab.runs.broken_off = UnfinishedRun(Path("out/broken"), record, 1)
    lab.runs.kept = {"a.png": PictureResult("a.png", 4, 4, Detections(()))}
    lab.inference.predicted.clear()
    panel.run.setFocus()
    panel.run.click()
    await lab.until(panel.resume.isVisible)


async def test_that_the_question_stands_in_the_place_of_progress(lab: Lab, panel: RunPanel) -> None:
    assert not panel.resume.isVisible()
    await ask(lab, panel)
    assert "broke off with 1 of 3 pictures done." in panel.resume.what.text()
    assert not panel.resume.how.isVisible()
    assert panel.cancel.isVisible()
    assert not any(each.isVisible() for each in (panel.stage, panel.bar, panel.amount, panel.run))
    assert lab.inference.predicted == []
    panel.cancel.click()
    assert not panel.resume.isVisible()
    assert panel.run.isVisible()
    await lab.view_model.wait()
    assert panel.notice.text() == "Cancelled."


async def test_that_going_on_is_a_key_away(lab: Lab, panel: RunPanel) -> None:
    await ask(lab, panel)
    assert panel.resume.go_on.hasFocus()
    lab.inference.gate.shut()
    GESTURES.keyClick(panel.resume.go_on, Qt.Key.Key_Space)
    await lab.until(panel.bar.isVisible)
    assert not panel.resume.isVisible()
    lab.inference.gate.open()
    await lab.view_model.wait()
    assert lab.inference.predicted == ["b.png", "c.png"]
    assert "1 was there already." in panel.notice.text()


async def test_that_the_keyboard_stays_with_the_run_where_nothing_is_answered(
    lab: Lab, qtbot: QtBot
) -> None:
    window = QMainWindow()
    KeyboardPlace(window)
    view = InferenceView(lab.view_model, lab.filmstrip)
    window.setCentralWidget(view)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel = view.run_panel
    await ask(lab, panel)
    assert panel.resume.go_on.hasFocus()
    lab.view_model.cancel()
    await lab.view_model.wait()
    assert panel.run.hasFocus()


async def test_that_beginning_anew_runs_all(lab: Lab, panel: RunPanel) -> None:
    await ask(lab, panel)
    panel.resume.begin_anew.click()
    await lab.view_model.wait()
    assert not panel.resume.isVisible()
    assert lab.inference.predicted == ["a.png", "b.png", "c.png"]
