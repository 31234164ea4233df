"""The Inference tab as a whole: dropping, pasting, keys, and from a run to its results."""

from __future__ import annotations

from typing import Any

import pytest
from PyQt6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.predictions import Segmentation
from ailab.viewmodels.inference_state import ModelSource
from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.inference_view import InferenceView
from ailab.views.transferred_input import picture_in
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> InferenceView:
    made = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(1280, 760)
    made.show()
    return made


def files(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def drop(view: InferenceView, data: QMimeData) -> bool:
    """Drag something over the view and let it go; False where it is not welcome."""
    enter = QDragEnterEvent(
        QPoint(600, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    QApplication.sendEvent(view, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(
        QPointF(600, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)
    return event.isAccepted()


async def test_that_dropped_files_and_folders_become_the_input(
    lab: Lab, view: InferenceView
) -> None:
    assert drop(view, files("/data/a.png", "/data/b.png"))
    await lab.view_model.wait()
    assert [path.rpartition("/")[2] for path in lab.view_model.state.inputs] == ["a.png", "b.png"]
    assert view.input_panel.found.text() == "2 pictures"
    await lab.close()


async def test_that_a_dropped_run_is_shown_and_its_files_are_no_input(
    lab: Lab, view: InferenceView
) -> None:
    await lab.run("a.png", save_to="/data/out")
    folder = next(iter(lab.runs.records))
    lab.runs.results[folder] = lab.view_model.results.state.results
    await lab.choose("b.png")
    assert drop(view, files(str(folder)))
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("a.png",)
    assert lab.view_model.results.state.folder == str(folder)
    await lab.close()


def test_that_dropped_text_is_not_welcome(view: InferenceView) -> None:
    data = QMimeData()
    data.setText("a.png")
    assert not drop(view, data)
    far = QMimeData()
    far.setUrls([QUrl("https://example.org/a.png")])
    drop(view, far)
    assert view.input_panel.input.text() == ""


async def test_that_a_dropped_onnx_file_becomes_the_model(lab: Lab, view: InferenceView) -> None:
    assert drop(view, files("/data/Cells.ONNX"))
    await lab.view_model.wait()
    assert lab.view_model.state.model_source is ModelSource.LOCAL
    assert view.model_panel.local.text().endswith("Cells.ONNX")
    assert not lab.view_model.state.inputs


async def test_that_a_model_dropped_with_pictures_is_to_run_on_these(
    lab: Lab, view: InferenceView
) -> None:
    assert drop(view, files("/data/a.png", "/data/cells.onnx", "/data/b.png"))
    await lab.view_model.wait()
    assert view.model_panel.local.text().endswith("cells.onnx")
    assert [path.rpartition("/")[2] for path in lab.view_model.state.inputs] == ["a.png", "b.png"]
    await lab.close()


async def test_that_a_copied_picture_is_pasted_with_its_pixels(
    lab: Lab, view: InferenceView
) -> None:
    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(0xFF102030)
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    clipboard.setImage(image)
    assert picture_in(clipboard.mimeData()) == (3, 2, bytes((0x30, 0x20, 0x10, 0xFF)) * 6)
    view.input_panel.paste.click()
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("pasted.png",)
    await lab.close()


async def test_that_copied_files_are_pasted_by_key_from_within_a_field(
    lab: Lab, view: InferenceView, qtbot: QtBot
) -> None:
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    clipboard.setMimeData(files("/data/a.png"))
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.model_panel.model.setFocus()
    GESTURES.keyClick(view.model_panel.model, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    await lab.view_model.wait()
    assert lab.view_model.state.pictures[0].endswith("a.png")
    assert view.model_panel.model.text() == ""
    await lab.close()


def test_that_copied_text_still_goes_into_the_field(lab: Lab, view: InferenceView) -> None:
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    clipboard.setText("acme/nuclei")
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier
    )
    assert not view.eventFilter(view.model_panel.model, event)
    view.paste()
    assert not lab.view_model.state.inputs
    assert view.input_panel.found.text().startswith("There is no picture and no file to paste.")


async def test_that_keys_run_and_cancel(lab: Lab, view: InferenceView, qtbot: QtBot) -> None:
    await lab.choose("a.png")
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.picture.canvas.setFocus()
    lab.inference.gate.shut()
    GESTURES.keyClick(view.picture.canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert lab.view_model.state.is_running
    GESTURES.keyClick(view.picture.canvas, Qt.Key.Key_Escape)
    assert not lab.view_model.state.is_running
    await lab.view_model.wait()
    await lab.close()


async def test_that_results_appear_beside_the_picture_when_there_are_some(
    lab: Lab, view: InferenceView
) -> None:
    assert view.results_panel is None
    assert view.filmstrip is None
    await lab.run("folder")
    panel = view.results_panel
    assert panel is not None
    assert panel.isVisible()
    assert panel.title.text() == "acme/nuclei"
    assert view.filmstrip is not None
    assert view.filmstrip.isVisible()
    await lab.choose("a.png")
    assert not panel.isVisible()
    assert view.filmstrip.isHidden()
    await lab.run("a.png")
    assert view.results_panel is panel
    assert panel.isVisible()
    await lab.close()


async def test_that_results_fit_their_column_in_the_smallest_window(
    lab: Lab, qtbot: QtBot, halves: Segmentation
) -> None:
    window = QWidget()
    window.setMinimumSize(640, 380)  # as the main window leaves it to the tab
    view = InferenceView(lab.view_model, lab.filmstrip)
    layout = QVBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(view)
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    lab.inference.prediction = halves
    await lab.run("folder")
    window.resize(640, 380)
    panel = view.results_panel
    assert panel is not None
    column = panel.parentWidget()
    assert column is not None
    qtbot.waitUntil(lambda: view.width() == 640)
    qtbot.waitUntil(lambda: panel.width() == column.width())  # nothing lies beyond its edge
    headings = (panel.labels_heading, panel.objects_heading)
    for part in (panel.threshold_name, panel.threshold_box, panel.overlay, *headings):
        if part.isVisible():
            assert part.width() >= part.minimumSizeHint().width()
            assert panel.rect().right() >= part.geometry().right()
    assert panel.opacity.width() >= 50
    assert panel.threshold.width() >= 100
    await lab.close()


async def test_that_a_small_window_gives_results_what_the_steps_can_spare(
    lab: Lab, view: InferenceView
) -> None:
    view.resize(700, 430)
    await lab.run("folder")
    assert view.results_panel is not None
    QApplication.sendPostedEvents()
    area = view.results_panel.parentWidget()
    assert area is not None
    assert area.width() >= 200
    areas = view.findChildren(ColumnScrollArea)
    steps = next(each for each in areas if each.isAncestorOf(view.model_panel))
    assert steps.width() >= steps.minimumSizeHint().width()
    await lab.close()


async def test_that_picture_and_list_select_the_same_object(lab: Lab, view: InferenceView) -> None:
    await lab.run("a.png")
    panel, canvas = view.results_panel, view.picture.canvas
    assert panel is not None
    inside = canvas.viewport.to_view(60, 70).toPoint()
    GESTURES.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=inside)
    assert panel.objects.selected_number() == 0
    GESTURES.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert panel.objects.selected_number() is None
    GESTURES.keyClick(canvas, Qt.Key.Key_H)
    assert not panel.overlay.isChecked()
    panel.overlay.click()
    assert panel.overlay.isChecked()
    await lab.close()
