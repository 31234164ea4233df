"""A few words in the middle of an empty panel, with what can be done about it."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ailab.views.model_busy_bar import ModelBusyBar
from ailab.views.theme import SPACE, SPACE_LARGE, set_tone

_WIDTH = 380


class ModelMessage(QWidget):
    """A title, an explanation and buttons, in the middle of the room there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = _centred_label()
        self._body = _centred_label()
        set_tone(self._title, "heading")
        set_tone(self._body, "muted")
        self._busy = ModelBusyBar()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACE)
        self._buttons.addStretch()
        self._buttons.addStretch()
        # A widget, because a layout has no greatest width of its own to be centred by.
        words = QWidget()
        words.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addStretch(2)
        column.addWidget(self._title)
        column.addWidget(self._busy)
        column.addWidget(self._body)
        column.addSpacing(SPACE)
        column.addLayout(self._buttons)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE_LARGE)
        row.addStretch(1)
        row.addWidget(words, 1000)
        row.addStretch(1)
        self._busy.hide()

    @property
    def words(self) -> str:
        """All that it says."""
        return f"{self._title.text()}\n{self._body.text()}".strip()

    def add_button(self, text: str) -> QPushButton:
        """Add a button; its owner connects it and shows it where it helps."""
        button = QPushButton(text)
        button.setAutoDefault(True)
        self.add_widget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Add a button of another kind."""
        self._buttons.insertWidget(self._buttons.count() - 1, widget)

    def say(self, title: str, body: str = "", *, is_busy: bool = False) -> None:
        """Say something else."""
        self._title.setText(title)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        self._busy.setVisible(is_busy)
        self._busy.set_busy(is_busy)
        self.setAccessibleName(title)
        self.setAccessibleDescription(body)


def _centred_label() -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
