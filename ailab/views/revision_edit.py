"""The field in which a revision is typed."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit


class RevisionEdit(QLineEdit):
    """Escape leaves the field, and not the dialog that it is in.

    Signals:
        left(): the person pressed Escape: what is typed is not meant.
    """

    left = pyqtSignal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Leave the field by Escape."""
        if event is not None and event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.left.emit()
        else:
            super().keyPressEvent(event)
