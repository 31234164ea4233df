"""What a gated model's author asks of people before giving out its files."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ailab.services.hub.model_info import ModelDetails
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.model_details_text import ModelDetailsText
from ailab.views.theme import SPACE, make_card, set_tone

_LONGEST = 2000


class ModelDetailsGate(QFrame):
    """The author's words, and a button to the page where they are agreed to.

    Attributes:
        text: the author's words.
        step: opens the page.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_card(self)
        title = QLabel("Its author asks for something first")
        title.setWordWrap(True)
        set_tone(title, "heading")
        self.text = ModelDetailsText()
        self.text.setAccessibleName("What its author asks for")
        self.step = ModelDetailsStep()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(title)
        column.addWidget(self.text)
        column.addWidget(self.step, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_details(self, details: ModelDetails | None) -> None:
        """Show what a gated model's author asks; nothing for other models."""
        is_gated = details is not None and bool(details.info.gated)
        self.setVisible(is_gated)
        if details is None or not is_gated:
            return
        words = details.gate_text.strip() or (
            "Its files are given only to people who accepted its conditions on its page."
        )
        self.text.set_text(words if len(words) <= _LONGEST else f"{words[:_LONGEST]} …")
        self.step.offer(Problem("", next_step=NextStep.OPEN_MODEL_PAGE))
