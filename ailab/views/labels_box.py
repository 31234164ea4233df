"""The labels that a zero-shot model looks for."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from ailab.services.inference.typed_labels import MOST_LABELS
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.views.explained_field import ExplainedField
from ailab.views.text_lines import TextLines
from ailab.views.wrapped_label import WrappedLabel

_LINES = 3


class LabelsBox(QWidget):
    """Takes labels as they are typed, and says how many there are.

    Args:
        prompt: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, prompt: PromptViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt = prompt
        self.labels = TextLines(_LINES)
        self.labels.setAccessibleName("What to look for: labels")
        self.labels.setAccessibleDescription("Separated by commas or line breaks")
        self.labels.setPlaceholderText("For example: cat, dog, red car")
        self.labels.setToolTip("Words or short phrases, separated by commas or line breaks")
        self.count = WrappedLabel("How many labels", "muted")
        self.setLayout(ExplainedField("&What to look for", self.labels, self.count))
        self.labels.textChanged.connect(self._on_typed)
        prompt.changed.connect(self._on_changed)
        self._render(prompt.state)

    def _on_typed(self) -> None:
        self._prompt.set_text(self.labels.toPlainText())

    def _on_changed(self, old: PromptState, new: PromptState) -> None:
        if (old.text, old.kind) != (new.text, new.kind):
            self._render(new)

    def _render(self, state: PromptState) -> None:
        if self.labels.toPlainText() != state.text:
            self.labels.setPlainText(state.text)
        self.count.setText(_count(state))


def _count(state: PromptState) -> str:
    if not state.labels and not state.kind.is_needed:
        return "Labels, separated by commas or line breaks; or points and boxes below."
    if not state.labels:
        return "Labels, separated by commas or line breaks."
    if state.has_too_many:
        return f"The first {MOST_LABELS:,} labels are looked for: no more at once."
    return counted(len(state.labels), "label", "labels")
