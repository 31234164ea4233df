"""What a gated model's author asks of people before giving out its files, and of this person."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.model_details_text import ModelDetailsText
from ailab.views.theme import SPACE, make_card, set_tone
from ailab.views.wrapped_label import WrappedLabel

_LONGEST = 2000
_ON_ITS_PAGE = Problem("", next_step=NextStep.OPEN_MODEL_PAGE)


class ModelDetailsGate(QFrame):
    """The author's words, whether the person is let in, and a button for what is missing.

    Attributes:
        text: the author's words.
        answer: what the Hub said of this person.
        step: opens the page where the conditions are accepted, or leads to signing in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        make_card(self)
        title = QLabel("Its author asks for something first")
        title.setWordWrap(True)
        set_tone(title, "heading")
        self.text = ModelDetailsText()
        self.text.setAccessibleName("What its author asks for")
        self.answer = WrappedLabel("Whether you are let in")
        self.step = ModelDetailsStep()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(title)
        column.addWidget(self.text)
        column.addWidget(self.answer)
        column.addWidget(self.step, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_state(self, state: ModelBrowserState) -> None:
        """Show what a gated model's author asks; nothing for other models."""
        details, problem = state.details, state.gate_problem
        is_gated = details is not None and bool(details.info.gated)
        self.setVisible(is_gated)
        if details is None or not is_gated:
            return
        words = details.gate_text.strip() or (
            "Its files are given only to people who accepted its conditions on its page."
        )
        self.text.set_text(words if len(words) <= _LONGEST else f"{words[:_LONGEST]} …")
        answer = f"{problem.message} {problem.advice}" if problem is not None else ""
        self.answer.setText("You have been let in." if state.is_let_in else answer)
        self.answer.setVisible(bool(self.answer.text()))
        set_tone(self.answer, "success" if state.is_let_in else "warning")
        self.step.offer(None if state.is_let_in else problem or _ON_ITS_PAGE)
