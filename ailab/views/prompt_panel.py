"""The step between pictures and run, for models that ask for more."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ailab.services.inference.prompt_kind import PromptKind
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.views.labels_box import LabelsBox
from ailab.views.question_box import QuestionBox
from ailab.views.reader_box import ReaderBox
from ailab.views.shapes_box import ShapesBox
from ailab.views.subtask_box import SubtaskBox
from ailab.views.theme import SPACE_LARGE


class PromptPanel(QWidget):
    """Shows what the model in the field asks for; hidden where it asks for nothing.

    Args:
        inference: what the panel shows and changes.
        parent: the widget around it.

    Signals:
        appeared(): the model asks for something, as the one before did not.
    """

    appeared = pyqtSignal()

    def __init__(self, inference: InferenceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.labels = LabelsBox(inference.prompt)
        self.question = QuestionBox(inference.prompt)
        self.shapes = ShapesBox(inference)
        self.subtask = SubtaskBox(inference.prompt)
        self.reader = ReaderBox(inference.reader)
        line = QFrame()
        line.setFixedHeight(1)
        line.setProperty("line", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_LARGE)
        for widget in (line, *self._boxes()):
            column.addWidget(widget)
        inference.prompt.changed.connect(self._on_changed)
        self._render(inference.prompt.state)

    def _on_changed(self, old: PromptState, new: PromptState) -> None:
        if old.kind is not new.kind:
            self._render(new)
            if new.kind is not PromptKind.NONE:
                self.appeared.emit()

    def _render(self, state: PromptState) -> None:
        self.labels.setVisible(state.kind.takes_labels)
        self.question.setVisible(state.kind is PromptKind.QUESTION)
        self.shapes.setVisible(state.kind.takes_shapes)
        self.subtask.setVisible(state.kind is PromptKind.SUBTASK)
        self.reader.setVisible(state.kind is PromptKind.READER)
        self.setVisible(state.kind is not PromptKind.NONE)

    def _boxes(self) -> tuple[QWidget, ...]:
        return self.labels, self.question, self.shapes, self.subtask, self.reader
