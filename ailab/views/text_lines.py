"""A field for a few lines of text."""

from __future__ import annotations

from PyQt6.QtWidgets import QPlainTextEdit, QWidget

from ailab.views.theme import SPACE


class TextLines(QPlainTextEdit):
    """As high as its lines; the tabulator leaves it.

    Args:
        lines: how many are seen at once.
        parent: the widget around it.
    """

    def __init__(self, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        margins, document = self.contentsMargins(), self.document()
        room = 0 if document is None else 2 * document.documentMargin()
        height = lines * self.fontMetrics().lineSpacing() + round(room)
        self.setFixedHeight(height + margins.top() + margins.bottom() + SPACE)
