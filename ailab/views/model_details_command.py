"""A command that a person can copy."""

from __future__ import annotations

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QFont, QFontDatabase
from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ailab.views.clipboard import copy_text
from ailab.views.model_details_text import ModelDetailsText
from ailab.views.theme import SPACE

_COPY, _COPIED = "Copy", "Copied ✓"
_COPIED_MS = 1500


class ModelDetailsCommand(QWidget):
    """What to type to install what is missing.

    Attributes:
        text: the command.
        copy: copies it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ModelDetailsText()
        self.text.setAccessibleName("Command to type")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setStyleHint(QFont.StyleHint.Monospace)
        if (size := self.font().pointSizeF()) > 0:  # as large as the words around it
            font.setPointSizeF(size)
        self.text.setFont(font)
        self.copy = QPushButton(_COPIED)
        self.copy.setFixedWidth(self.copy.sizeHint().width() + SPACE)
        self.copy.setAccessibleName("Copy the command")
        self.copy.setToolTip("Copy the command, to paste it into a terminal")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_COPIED_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.text, 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        self.copy.clicked.connect(self._on_copy)
        self._timer.timeout.connect(self._on_copied_long_ago)

    def set_command(self, command: str) -> None:
        """Show a command; nothing is seen where there is none."""
        self.text.set_text(command)
        self.copy.setText(_COPY)
        self.setVisible(bool(command))

    def _on_copy(self) -> None:
        copy_text(self.text.text)
        self.copy.setText(_COPIED)
        self._timer.start()

    def _on_copied_long_ago(self) -> None:
        self.copy.setText(_COPY)
