"""A button for which a double click is one click."""

from __future__ import annotations

from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QPushButton


class SingleClickButton(QPushButton):
    """Leaves out the second press of a double click.

    For buttons that take each other's place at a click: else a double click, begun on the one,
    would at once undo by the other what it did.
    """

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take the press, so that nothing below gets it, and do nothing."""
        if event is not None:
            event.accept()
