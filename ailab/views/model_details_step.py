"""The button that stands beside a failure: what a person can do about it."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QPushButton, QWidget

from ailab.services.next_step import NextStep
from ailab.services.problem import Problem

_WORDS = {
    NextStep.NONE: "",
    NextStep.SIGN_IN: "S&ign in…",
    NextStep.OPEN_MODEL_PAGE: "&Open the model's page ↗",
}


class ModelDetailsStep(QPushButton):
    """Seen only where a failure names a step.

    Signals:
        asked(step): the person wants to take it; a `NextStep`.
    """

    asked = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = NextStep.NONE
        self.clicked.connect(self._on_clicked)
        self.hide()

    def offer(self, problem: Problem | None) -> None:
        """Offer the step that a failure names, if any."""
        self._step = problem.next_step if problem is not None else NextStep.NONE
        self.setText(_WORDS[self._step])
        self.setVisible(self._step is not NextStep.NONE)

    def _on_clicked(self) -> None:
        self.asked.emit(self._step)
