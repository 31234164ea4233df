"""Whose results lie over a picture, where two are beside each other."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ailab.views.elided_label import ElidedLabel
from ailab.views.theme import SPACE_SMALL, set_tone


class PictureCaption(QWidget):
    """A letter, a model's name, and below it what the model found.

    Args:
        letter: A or B, by which words tell both apart.
        parent: the widget around it.

    Attributes:
        close_run: a button at its end that closes the run; hidden until somebody shows it.
    """

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letter = QLabel(letter)
        set_tone(self.letter, "heading")
        self.title = ElidedLabel()
        self.found = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.found.setAccessibleName(f"What {letter} found")
        self.close_run = QToolButton()
        self.close_run.setText("✕")
        self.close_run.setToolTip("Show the other run alone again")
        self.close_run.setAccessibleName("Close the run beside")
        self.close_run.setAutoRaise(True)
        policy = self.close_run.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # captions beside each other are of one height
        self.close_run.setSizePolicy(policy)
        self.close_run.hide()
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE_SMALL)
        row.addWidget(self.letter)
        row.addWidget(self.title, 1)
        row.addWidget(self.close_run)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.found)

    def tell(
        self,
        title: str,
        weights: str,
        found: str,
        *,
        is_problem: bool = False,
        lacks_marked: bool = False,
    ) -> None:
        """Show whose results they are, and what they come to.

        Args:
            title: the model's name.
            weights: which of its weights; empty where there is no choice.
            found: what it found, or why there is nothing.
            is_problem: it is the latter.
            lacks_marked: what is selected in the other picture is not among it.
        """
        self.title.setText(f"{title} ({weights})" if weights else title)
        lacking = "The one selected is not here" if lacks_marked else ""
        self.found.setText(" · ".join(filter(None, (lacking, found))))
        set_tone(self.found, "warning" if is_problem else "muted")
