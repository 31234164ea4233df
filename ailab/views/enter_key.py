"""Enter presses the button that has the keyboard."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QPushButton, QToolButton, QWidget


def take_enter(window: QWidget, event: QKeyEvent | None) -> bool:
    """Do what Enter does, where a window has no default button that it would press.

    Args:
        window: that has the key, because no widget in it wanted it.
        event: of the key.

    Returns:
        True where the key was Enter, which is used up by that.
    """
    if event is None or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    button = window.focusWidget()
    if isinstance(button, QPushButton | QToolButton) and not event.isAutoRepeat():
        button.click()
    return True
