"""A heading, a field below it, and what explains the field."""

from __future__ import annotations

from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ailab.views.theme import SPACE, SPACE_SMALL, set_tone


class ExplainedField(QVBoxLayout):
    """Lays the three out in a column.

    Args:
        heading: its words; the letter after “&” leads to the field.
        field: what is filled in.
        hint: what explains it.
    """

    def __init__(self, heading: str, field: QWidget, hint: QWidget) -> None:
        super().__init__()
        label = QLabel(heading)
        set_tone(label, "heading")
        label.setBuddy(field)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(SPACE)
        self.addWidget(label)
        words = QVBoxLayout()
        words.setSpacing(SPACE_SMALL)
        words.addWidget(field)
        words.addWidget(hint)
        self.addLayout(words)
