"""Menus over lists, opened and used as a person does."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QModelIndex, QPoint
from PyQt6.QtGui import QContextMenuEvent, QGuiApplication
from PyQt6.QtWidgets import QAbstractItemView, QApplication

from ailab.views.action_menu import ActionMenu

menus = pytest.mark.qt_log_ignore("This plugin does not support")
"""Marks tests in which a menu opens, which Qt warns of where there is no screen."""

_REASON = QContextMenuEvent.Reason


def right_click(view: QAbstractItemView, index: QModelIndex) -> None:
    """Ask for the menu of a row by the mouse; of none where the index is invalid."""
    viewport = view.viewport()
    assert viewport is not None
    beyond = QPoint(viewport.width() - 1, viewport.height() - 1)
    place = view.visualRect(index).center() if index.isValid() else beyond
    event = QContextMenuEvent(_REASON.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)


def press_menu_key(view: QAbstractItemView) -> None:
    """Ask for the menu of the row where the keyboard is."""
    QApplication.sendEvent(view, QContextMenuEvent(_REASON.Keyboard, QPoint(), QPoint()))


def choose(menu: ActionMenu, text: str) -> None:
    """Choose what a menu offers by this text."""
    action = next(each for each in menu.actions() if each.text() == text)
    menu.hide()
    action.trigger()


def copied() -> str:
    """What the clipboard holds."""
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    return clipboard.text()
