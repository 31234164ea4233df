"""What a model wrote about a picture, to be read, selected and copied."""

from __future__ import annotations

from PyQt6.QtCore import QRect, Qt, QTimer
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ailab.views.clipboard import copy_text
from ailab.views.theme import SPACE_SMALL

_LARGER = 1.35
_COPY, _COPIED = "&Copy text", "Copied"
_COPIED_MS = 1500
_LEAST_LINES = 4
_ANY_HEIGHT = 16_777_215
"""Qt's `QWIDGETSIZE_MAX`, which PyQt6 has not."""


class GeneratedTextBox(QWidget):
    """Shows a text large; hidden where there is none.

    Args:
        parent: the widget around it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName("What the model wrote")
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        # Words to be read, not a field to be filled in.
        self.words.setFrameShape(QFrame.Shape.NoFrame)
        self.words.setStyleSheet("QPlainTextEdit { background: transparent; border: none; }")
        self.words.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._is_low = False
        if (document := self.words.document()) is not None:
            document.setDocumentMargin(0)
        font = self.words.font()
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        self.words.setFont(font)
        self.words.setMinimumHeight(_LEAST_LINES * self.words.fontMetrics().lineSpacing())
        self.copy_button = QPushButton(_COPY)
        self.copy_button.setToolTip("Copy all of the text to the clipboard")
        self.copy_button.clicked.connect(self.copy)
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_COPIED_MS)
        self._told.timeout.connect(self._ask_again)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(buttons)
        column.addWidget(self.words, 1)

    def tell(self, text: str, *, is_low: bool = False) -> None:
        """Show a text; an empty one hides all.

        Args:
            text: what the model wrote.
            is_low: leave the room that it does not need to what stands below it.
        """
        self._is_low = is_low
        if text != self.words.toPlainText():
            self.words.setPlainText(text)
            self._ask_again()
        self._give_room()
        self.setVisible(bool(text))

    def copy(self) -> None:
        """Put the whole text on the clipboard, and say so for a moment."""
        copy_text(self.words.toPlainText())
        self.copy_button.setText(_COPIED)
        self._told.start()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Give the text the room that it needs at another width."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        viewport = self.words.viewport()
        if not self._is_low or viewport is None:
            self.setMaximumHeight(_ANY_HEIGHT)
            return
        metrics = self.words.fontMetrics()
        room = QRect(0, 0, viewport.width(), _ANY_HEIGHT)
        text = self.words.toPlainText()
        needed = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height()
        height = max(_LEAST_LINES * metrics.lineSpacing(), needed) + metrics.lineSpacing()
        self.setMaximumHeight(self.copy_button.sizeHint().height() + SPACE_SMALL + height)

    def _ask_again(self) -> None:
        self._told.stop()
        self.copy_button.setText(_COPY)
