"""Text of several lines, as it is."""

from __future__ import annotations

import re

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget

from ailab.views.theme import Tone, set_tone

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:[kMGT]?B|bytes|m?s|%)(?![\w/.]*\w))")


class WrappedLabel(QLabel):
    """Shows text that may come from anywhere: wrapped, never taken for markup, selectable.

    A figure and its unit stay on one line.

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

    def setText(self, text: str | None) -> None:  # noqa: N802 - Qt's name
        """Show a text."""
        super().setText(_BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text or ""))

    def text(self) -> str:
        """The text, as it was given."""
        return super().text().replace("\N{NO-BREAK SPACE}", " ")
