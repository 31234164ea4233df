"""The window: menus, sizes, and what everybody must be able to use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction, QStatusTipEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QMessageBox,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.downloads_view import DownloadsView
from ailab.views.main_window import MainWindow
from ailab.views.theme import Theme, apply_theme
from inference_lab import Lab
from model_browser_driver import press
from window_lab import WindowLab

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
)


@pytest.fixture
def window(lab: Lab, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = MainWindow(theme=Theme.LIGHT)
    made.show_lab(WindowLab(lab, tmp_path))
    qtbot.addWidget(made)
    made.show()
    return made


def action(window: MainWindow, text: str) -> QAction:
    found = [each for each in window.findChildren(QAction) if each.text() == text]
    assert len(found) == 1
    return found[0]


def controls(window: MainWindow) -> list[QWidget]:
    """Everything that can be used, but for the parts that Qt makes controls of."""
    return [
        widget
        for widget in window.inference_view.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar | QHeaderView)
        and not widget.objectName().startswith("qt_")
        and not isinstance(widget.parent(), QComboBox | QAbstractSpinBox)
        and not isinstance(widget.window(), QFileDialog)
        and widget.window() is window
    ]


async def fill(lab: Lab) -> None:
    """A folder's results, one of them failed."""
    lab.pictures.broken.add("b.png")
    await lab.run("folder", save_to="/results")
    lab.view_model.results.go_to(0)
    await lab.view_model.wait()
    await lab.filmstrip.wait()


async def test_that_every_control_has_a_name(lab: Lab, window: MainWindow) -> None:
    await fill(lab)
    found = controls(window)
    assert len(found) > 25
    for widget in found:
        name = widget.accessibleName()
        if isinstance(widget, QAbstractButton):
            name = name or widget.text()
        assert len(name) > 1, widget
    await lab.close()


def test_that_no_two_visible_controls_answer_the_same_key(window: MainWindow) -> None:
    # The menu bar's keys are taken first.
    taken = {"f": "File", "v": "View", "h": "Help"}
    for button in window.inference_view.findChildren(QAbstractButton):
        _, has_key, rest = button.text().partition("&")
        if has_key and button.isVisible():
            assert rest[0].lower() not in taken, (button.text(), taken[rest[0].lower()])
            taken[rest[0].lower()] = button.text()


def test_that_the_tab_key_goes_through_the_steps_in_order(window: MainWindow) -> None:
    view = window.inference_view
    expected = [
        view.model_panel.source,
        view.model_panel.browse,
        view.model_panel.model,
        view.input_panel.input,
        view.input_panel.choose_pictures,
        view.input_panel.choose_folder,
        view.input_panel.paste,
        view.input_panel.save_to,
        view.input_panel.choose_save_to,
        view.run_panel.load,
        view.picture.canvas,
    ]
    order: list[QWidget] = []
    widget: QWidget | None = view.model_panel.source
    while widget is not None and widget not in order:
        order.append(widget)
        widget = widget.nextInFocusChain()
    places = [order.index(each) for each in expected]
    assert places == sorted(places)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("size", [(700, 500), (900, 600), (1280, 800)])
async def test_that_nothing_is_cut_off(
    dressed: QApplication,
    lab: Lab,
    window: MainWindow,
    size: tuple[int, int],
    theme: Theme,
) -> None:
    apply_theme(dressed, theme)
    window.resize(*size)
    await fill(lab)
    QApplication.sendPostedEvents()  # lays out what the results have brought
    window.grab()
    assert (window.width(), window.height()) == size
    for widget in controls(window):
        if not widget.isVisible() or isinstance(widget, QAbstractItemView):
            continue
        parent = widget.parentWidget()
        assert parent is not None
        assert parent.rect().contains(widget.geometry()), widget
        if isinstance(widget, QAbstractButton):
            assert widget.width() >= widget.minimumSizeHint().width(), widget.text()
    for area in window.inference_view.findChildren(ColumnScrollArea):
        content, viewport = area.widget(), area.viewport()
        assert content is not None
        assert viewport is not None
        assert content.width() <= viewport.width()
    siblings = [each for each in controls(window) if each.isVisible()]
    for one in siblings:
        for other in siblings:
            if one is not other and one.parent() is other.parent():
                assert not one.geometry().intersects(other.geometry()), (one, other)
    await lab.close()


def test_that_the_menu_opens_pictures_folders_and_results(window: MainWindow) -> None:
    for text, keys in (
        ("Open &pictures…", "Ctrl+O"),
        ("Open &folder…", "Ctrl+Shift+O"),
        ("&Load results…", "Ctrl+L"),
    ):
        entry = action(window, text)
        assert entry.shortcut().toString() == keys
        entry.trigger()
        dialogs = [each for each in window.findChildren(QFileDialog) if each.isVisible()]
        assert len(dialogs) == 1
        dialogs[0].close()
        dialogs[0].deleteLater()


def test_that_the_theme_chosen_is_told(window: MainWindow) -> None:
    told: list[object] = []
    window.theme_chosen.connect(told.append)
    assert action(window, "Light").isChecked()
    action(window, "Dark").trigger()
    assert told == [Theme.DARK]
    assert action(window, "Dark").isChecked()
    assert not action(window, "Light").isChecked()


async def test_that_the_menu_zooms_and_steps(lab: Lab, window: MainWindow) -> None:
    await fill(lab)
    canvas = window.inference_view.picture.canvas
    action(window, "Full &size").trigger()
    assert canvas.percent == pytest.approx(100)
    action(window, "Zoom &in").trigger()
    assert canvas.percent == pytest.approx(125)
    action(window, "&Fit the picture").trigger()
    assert canvas.viewport.is_fitted
    action(window, "&Next picture").trigger()
    assert lab.view_model.results.state.current == 1
    await lab.view_model.wait()
    action(window, "&Previous picture").trigger()
    assert lab.view_model.results.state.current == 0
    await lab.view_model.wait()
    await lab.close()


async def test_that_the_status_bar_tells_of_the_picture_and_the_folder(
    lab: Lab, window: MainWindow
) -> None:
    await fill(lab)
    told = "a.png · 320 × 240 pixels · results in"
    assert window.shown.text().startswith(told)
    # What each opening of a menu tells the bar must not wipe it away.
    QApplication.sendEvent(window, QStatusTipEvent(""))
    assert window.shown.isVisible()
    assert window.shown.text().startswith(told)
    await lab.close()


async def test_that_what_has_arrived_leads_to_the_inference_tab(
    lab: Lab, window: MainWindow
) -> None:
    window.tabs.show_downloads()
    (view,) = window.tabs.findChildren(DownloadsView)
    view.model_chosen.emit("acme/nuclei@v2")
    assert window.tabs.currentIndex() == 0
    assert lab.view_model.state.model_text == "acme/nuclei@v2"
    await lab.view_model.wait()


def test_that_about_names_the_version_without_stopping_the_lab(window: MainWindow) -> None:
    window.show_about()
    box = window.findChild(QMessageBox)
    assert box is not None
    assert box.isVisible()
    assert "AI Image Lab" in box.text()
    box.close()


def test_that_the_window_needs_nothing_heavy_to_come_up() -> None:
    code = (
        "import sys, ailab.views.main_window; "
        "heavy = {'numpy', 'PIL', 'aiohttp', 'onnxruntime', 'qasync'} & set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
async def test_that_a_button_is_pressed_by_key_and_gets_the_keyboard_back(
    lab: Lab, window: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    await fill(lab)
    panel = window.inference_view.run_panel
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel.load.setFocus()
    with qtbot.waitSignal(panel.load.clicked, timeout=1000):
        press(panel.load, key)
    for dialog in window.findChildren(QFileDialog):
        dialog.reject()
    panel.load.setEnabled(False)
    assert not isinstance(window.focusWidget(), QAbstractButton)
    panel.load.setEnabled(True)
    assert window.focusWidget() is panel.load
