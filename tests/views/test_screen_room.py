"""Windows that begin within their screen."""

from __future__ import annotations

from PyQt6.QtCore import QSize
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ailab.views.main_window import MainWindow
from ailab.views.screen_room import resize_within_screen


def _room(window: QWidget) -> QSize:
    screen = window.screen()
    assert screen is not None
    return screen.availableSize()


def test_that_a_window_larger_than_its_screen_begins_with_room_for_its_frame(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    room = _room(window)
    resize_within_screen(window, room.width() + 300, room.height() + 300)
    assert window.width() == room.width()
    assert window.height() == room.height() - 40


def test_that_a_window_that_has_room_begins_as_it_was_meant(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    resize_within_screen(window, 300, 200)
    assert window.size() == QSize(300, 200)


def test_that_the_lab_begins_within_its_screen(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    assert window.height() < _room(window).height()
    assert window.width() <= _room(window).width()
