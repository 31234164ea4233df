"""Which kind of segmentation a network is to give."""

from __future__ import annotations

from PyQt6.QtWidgets import QComboBox, QWidget

from ailab.services.inference.subtask import Subtask
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.viewmodels.subtask_words import SUBTASK_WORDS, why_usual
from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.explained_field import ExplainedField
from ailab.views.wrapped_label import WrappedLabel

_LETTERS = 8


class SubtaskBox(QWidget):
    """Offers semantic, instance and panoptic segmentation, and says which is usual, and why.

    Args:
        prompt: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, prompt: PromptViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt = prompt
        self.subtasks = ElidedComboBox()
        self.subtasks.setAccessibleName("Kind of segmentation")
        self.subtasks.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.subtasks.setMinimumContentsLength(_LETTERS)
        for subtask, words in SUBTASK_WORDS.items():
            self.subtasks.addItem(words, subtask)
        self.usual = WrappedLabel("Which kind is usual", "muted")
        self.setLayout(ExplainedField("Kind of se&gmentation", self.subtasks, self.usual))
        self.subtasks.activated.connect(self._on_chosen)
        prompt.changed.connect(self._on_changed)
        self._render(prompt.state)

    def _on_chosen(self, index: int) -> None:
        subtask = self.subtasks.itemData(index)
        if isinstance(subtask, Subtask):
            self._prompt.set_subtask(subtask)

    def _on_changed(self, old: PromptState, new: PromptState) -> None:
        if (old.model, old.subtask) != (new.model, new.subtask):
            self._render(new)

    def _render(self, state: PromptState) -> None:
        self.subtasks.setCurrentIndex(list(SUBTASK_WORDS).index(state.subtask))
        self.usual.setText(why_usual(state.model))
