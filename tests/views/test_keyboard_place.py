"""The keyboard stays where the person left it."""

from __future__ import annotations

from functools import partial

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QDialog, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ailab.views.keyboard_place import KeyboardPlace
from model_browser_driver import press


class Window(QDialog):
    """Three buttons, the middle one in a panel of its own; counts what is pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = QWidget()
        self.before, self.work, self.after = (QPushButton(text) for text in "abc")
        self.pressed: list[str] = []
        inner = QVBoxLayout(self.panel)
        inner.addWidget(self.work)
        column = QVBoxLayout(self)
        for widget in (self.before, self.panel, self.after):
            column.addWidget(widget)
        for button in (self.before, self.work, self.after):
            button.clicked.connect(partial(self.pressed.append, button.text()))


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    KeyboardPlace(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.work.setFocus()
    return window


@pytest.mark.parametrize("how", ["setEnabled", "setVisible"])
def test_that_a_button_switched_off_hands_the_keyboard_to_nobody(window: Window, how: str) -> None:
    getattr(window.work, how)(False)
    focused = window.focusWidget()
    assert focused is window.panel
    press(focused, Qt.Key.Key_Space)
    assert window.pressed == []
    getattr(window.work, how)(True)
    assert window.focusWidget() is window.work


def test_that_the_keyboard_climbs_further_where_the_panel_goes_too(window: Window) -> None:
    window.work.setEnabled(False)
    window.panel.hide()
    assert window.focusWidget() is window
    window.work.setEnabled(True)
    window.panel.show()
    assert window.focusWidget() is window.work


def test_that_a_keyboard_moved_by_the_person_is_left_there(window: Window) -> None:
    window.work.setEnabled(False)
    window.before.setFocus()
    window.work.setEnabled(True)
    assert window.focusWidget() is window.before


def test_that_the_next_key_goes_on_from_the_same_place(window: Window) -> None:
    window.work.setEnabled(False)
    press(window, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.after


def test_that_a_button_that_is_gone_is_not_waited_for(window: Window, qtbot: QtBot) -> None:
    window.work.setEnabled(False)
    with qtbot.waitSignal(window.work.destroyed, timeout=1000):
        window.work.deleteLater()
    window.after.setFocus()
    window.after.setEnabled(False)
    assert window.focusWidget() is window
    window.after.setEnabled(True)
    assert window.focusWidget() is window.after
