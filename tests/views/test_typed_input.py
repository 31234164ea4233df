"""A path that is typed into Input, and Run before it was looked for."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ailab.views.inference_view import InferenceView
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it


def type_path(view: InferenceView, path: str) -> None:
    """Type a path in place of the one that stands in Input."""
    view.input_panel.input.setFocus()
    view.input_panel.input.selectAll()
    GESTURES.keyClicks(view.input_panel.input, path)


@pytest.fixture
def active(lab: Lab, qtbot: QtBot) -> InferenceView:
    view = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(view)
    view.resize(1280, 760)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    return view


async def test_that_run_by_key_takes_the_path_typed_and_not_confirmed(
    lab: Lab, active: InferenceView
) -> None:
    await lab.run("folder")
    lab.inference.predicted.clear()
    type_path(active, "x.png")
    assert active.input_panel.found.text() == "Press Enter to look for pictures there."
    field = active.input_panel.input
    GESTURES.keyClick(field, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    await lab.view_model.wait()
    assert lab.inference.predicted == ["x.png"]
    assert field.text() == "x.png"
    assert active.input_panel.found.text() == "1 picture"
    await lab.close()


async def test_that_run_by_mouse_takes_the_path_typed_and_not_confirmed(
    lab: Lab, active: InferenceView
) -> None:
    await lab.run("folder")
    lab.inference.predicted.clear()
    lab.pictures.gate.shut()
    type_path(active, "x.png")
    panel = active.run_panel
    GESTURES.mousePress(panel.run, Qt.MouseButton.LeftButton)
    assert lab.view_model.state.inputs == ("x.png",), "the field was left"
    GESTURES.mouseRelease(panel.run, Qt.MouseButton.LeftButton)
    assert panel.cancel.isVisible()
    assert panel.stage.text() == "Runs once the pictures are found …"
    lab.pictures.gate.open()
    await lab.view_model.wait()
    assert lab.inference.predicted == ["x.png"]
    await lab.close()


async def test_that_run_right_after_enter_is_not_lost(lab: Lab, active: InferenceView) -> None:
    await lab.run("folder")
    lab.inference.predicted.clear()
    type_path(active, "x.png")
    GESTURES.keyClick(active.input_panel.input, Qt.Key.Key_Return)
    assert active.run_panel.run.isEnabled()
    active.run_panel.run.click()
    await lab.view_model.wait()
    assert lab.inference.predicted == ["x.png"]
    await lab.close()


async def test_that_escape_drops_a_run_that_waits_for_its_pictures(
    lab: Lab, active: InferenceView
) -> None:
    await lab.choose("folder")
    lab.pictures.gate.shut()
    lab.view_model.set_inputs(("x.png",))
    active.run_panel.run.click()
    GESTURES.keyClick(active.picture.canvas, Qt.Key.Key_Escape)
    assert active.run_panel.notice.text() == "Cancelled."
    assert active.run_panel.run.isVisible()
    assert active.run_panel.bar.isHidden()
    lab.pictures.gate.open()
    await lab.close()


async def test_that_a_mistyped_input_takes_no_results_away(
    lab: Lab, active: InferenceView, opened_folders: list[str]
) -> None:
    await lab.run("folder", save_to="/results")
    type_path(active, "/no/where/here")
    GESTURES.keyClick(active.input_panel.input, Qt.Key.Key_Return)
    await lab.view_model.wait()
    assert active.input_panel.found.text().startswith("There is nothing at /no/where/here.")
    assert not active.run_panel.run.isEnabled()
    assert active.results_panel is not None
    assert active.results_panel.isVisible()
    assert active.filmstrip is not None
    assert active.filmstrip.isVisible()
    active.run_panel.open_folder.click()
    assert opened_folders[0].endswith("run 1")
    await lab.close()
