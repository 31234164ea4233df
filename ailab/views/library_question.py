"""The question before something is deleted, in its place instead of a dialog."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ailab.services.library.deletion_plan import DeletionPlan
from ailab.views.library_words import consequence_text, question_text
from ailab.views.theme import SPACE, set_banner_tone, set_tone
from ailab.views.wrapped_label import WrappedLabel


class LibraryQuestion(QFrame):
    """Says what would be deleted and freed, and waits for an answer.

    Signals:
        agreed(): delete it.
        declined(): keep it.
    """

    agreed = pyqtSignal()
    declined = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = WrappedLabel("Question")
        set_tone(self.question, "heading")
        self.consequence = WrappedLabel("What it comes to")
        self.delete = QPushButton("Delete")
        self.keep = QPushButton("Keep")
        self.keep.setToolTip("Delete nothing (Esc)")
        set_banner_tone(self, "warning")
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addStretch()
        buttons.addWidget(self.keep)
        buttons.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.question)
        column.addWidget(self.consequence)
        column.addLayout(buttons)
        self.delete.clicked.connect(self.agreed)
        self.keep.clicked.connect(self.declined)
        self.hide()

    @property
    def is_waiting(self) -> bool:
        """It can still be answered."""
        return not self.isHidden() and self.keep.isEnabled()

    def ask(self, plan: DeletionPlan | None, *, is_deleting: bool) -> None:
        """Ask about a deletion; None hides the question."""
        is_new = plan is not None and not self.isVisible()
        if plan is not None:
            self.question.setText(question_text(plan))
            self.consequence.setText(consequence_text(plan))
            self.delete.setText("Deleting …" if is_deleting else "Delete")
        self.delete.setEnabled(not is_deleting)
        self.keep.setEnabled(not is_deleting)
        self.setVisible(plan is not None)
        if is_new:
            self.keep.setFocus()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keep the words of a new question whole."""
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keep the words whole at the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # Where there is little room, Qt would take it from wrapped words, not from the list below.
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))
