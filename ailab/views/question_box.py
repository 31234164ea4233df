"""The question that a network which writes is asked."""

from __future__ import annotations

from PyQt6.QtGui import QTextCursor
from PyQt6.QtWidgets import QWidget

from ailab.services.inference.prompt import MOST_LETTERS
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.views.explained_field import ExplainedField
from ailab.views.text_lines import TextLines
from ailab.views.wrapped_label import WrappedLabel

_LINES = 3
_HINT = "In your own words where the model chats or answers, else in those that its page names."


class QuestionBox(QWidget):
    """Takes a question as it is typed, and shows all of a longer one.

    Args:
        prompt: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, prompt: PromptViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt = prompt
        self.question = TextLines(_LINES)
        self.question.setAccessibleName("What to ask")
        self.question.setPlaceholderText("Nothing: it captions, reads or says what is there")
        hint = WrappedLabel("How it is asked", "muted")
        hint.setText(_HINT)
        self.setLayout(ExplainedField("What to &ask", self.question, hint))
        self.question.textChanged.connect(self._on_typed)
        prompt.changed.connect(self._on_changed)
        self._render(prompt.state)

    def _on_typed(self) -> None:
        typed = self.question.toPlainText()
        self._prompt.set_question(typed)
        if len(typed) > MOST_LETTERS:
            self._render(self._prompt.state)
            self.question.moveCursor(QTextCursor.MoveOperation.End)

    def _on_changed(self, old: PromptState, new: PromptState) -> None:
        if old.question != new.question:
            self._render(new)

    def _render(self, state: PromptState) -> None:
        if self.question.toPlainText() != state.question:
            self.question.setPlainText(state.question)
