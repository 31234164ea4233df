"""Where a person types what model is sought."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QLineEdit, QWidget

from ailab.views.letter_key import is_mnemonic


class ModelSearchBar(QLineEdit):
    """A line that keeps Enter to itself and hands Down on.

    Signals:
        left_downwards(): the Down key.
    """

    left_downwards = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Search by name or owner, or paste an address or owner/name")
        self.setAccessibleName("Search models")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter searches; unless it is taken here, it would also press the dialog's Select."""
        if event is None:
            return
        if is_mnemonic(event):
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
            event.accept()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
