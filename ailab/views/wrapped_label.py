"""Text of several lines, as it is."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget

from ailab.views.theme import Tone, set_tone


class WrappedLabel(QLabel):
    """Shows text that may come from anywhere: wrapped, never taken for markup, selectable.

    Args:
        name: what screen readers call it; empty where its text says enough.
        tone: what its colour says.
        parent: the widget around it.
    """

    def __init__(self, name: str = "", tone: Tone = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAccessibleName(name)
        set_tone(self, tone)
