"""The question that a network which writes is asked."""

from __future__ import annotations

from PyQt6.QtWidgets import QLineEdit, QWidget

from ailab.services.inference.prompt import MOST_LETTERS
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.views.explained_field import ExplainedField
from ailab.views.wrapped_label import WrappedLabel


class QuestionBox(QWidget):
    """Takes a question as it is typed.

    Args:
        prompt: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, prompt: PromptViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = QLineEdit()
        self.question.setMaxLength(MOST_LETTERS)
        self.question.setAccessibleName("What to ask")
        self.question.setPlaceholderText("A caption")
        hint = WrappedLabel("How it is asked", "muted")
        hint.setText("A question or a command, in the words that the model's page names.")
        self.setLayout(ExplainedField("What to &ask", self.question, hint))
        self.question.textEdited.connect(prompt.set_question)
        prompt.changed.connect(self._on_changed)
        self._render(prompt.state)

    def _on_changed(self, old: PromptState, new: PromptState) -> None:
        if old.question != new.question:
            self._render(new)

    def _render(self, state: PromptState) -> None:
        if self.question.text() != state.question:
            self.question.setText(state.question)
