"""A button for which a double click is one click."""

from __future__ import annotations

from PyQt6.QtCore import QElapsedTimer
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QPushButton


class SingleClickButton(QPushButton):
    """Leaves out all but the first press of several quick ones.

    For buttons that take each other's place at a click: else a double click, begun on the one,
    would at once undo by the other what it did. To Qt the third press of three is a first one
    again; it counts as one more as long as it follows as quickly as a double click's second.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._since_left_out = QElapsedTimer()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Press the button, unless the press is one of several quick ones."""
        since = self._since_left_out
        if since.isValid() and not since.hasExpired(QApplication.doubleClickInterval()):
            self._leave_out(event)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take the press, so that nothing below gets it, and do nothing."""
        self._leave_out(event)

    def _leave_out(self, event: QMouseEvent | None) -> None:
        self._since_left_out.start()
        if event is not None:
            event.accept()
