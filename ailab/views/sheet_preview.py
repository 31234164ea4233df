"""The sheet under way, tried on a picture."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.predictions import Classification, DepthMap
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.views.elided_label import ElidedLabel
from ailab.views.file_dialogs import choose_pictures
from ailab.views.found_list import FoundList
from ailab.views.found_row import FoundRow
from ailab.views.found_rows import class_rows, label_rows
from ailab.views.picture_view import PictureView
from ailab.views.result_text import count_text
from ailab.views.sheet_comparison import SheetComparison
from ailab.views.theme import SPACE, Tone, set_tone
from ailab.views.wrapped_label import WrappedLabel

_LEAST_HEIGHT = 150


class SheetPreview(QWidget):
    """A picture, what the network finds in it, and a comparison of normalisations.

    Args:
        editor: what is shown.
        parent: the widget around it.
    """

    def __init__(self, editor: SheetEditorViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.heading = ElidedLabel()
        set_tone(self.heading, "heading")
        self.choose = QPushButton("P&icture…")
        self.choose.setAutoDefault(False)
        self.choose.setToolTip("Choose a picture whose answer you know")
        self.picture = PictureView(editor.results)
        self.invitation = QLabel(
            "Choose a picture whose answer you know:\neach change is tried on it at once."
        )
        self.invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.invitation.setWordWrap(True)
        set_tone(self.invitation, "muted")
        self.example = WrappedLabel("Which picture it is tried on", "muted")
        self.words = WrappedLabel("What the network finds")
        self.picture.canvas.setMinimumHeight(_LEAST_HEIGHT)
        self.found = FoundList("What the network finds")
        # Where numbers stand for names: the box of the names may lie out of sight by then.
        self.usual = QPushButton()
        self.usual.setAutoDefault(False)
        self.usual.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.comparison = SheetComparison(editor)
        self._lay_out()
        self.choose.clicked.connect(self._on_choose)
        self.usual.clicked.connect(editor.take_usual_names)
        editor.results.changed.connect(self._on_results)

    def show_state(self, state: SheetEditorState) -> None:
        """Show what came of the sheet."""
        has_picture = bool(state.tried_on)
        self.picture.setVisible(has_picture)
        self.example.setVisible(state.is_example)
        name = PurePath(state.example).name
        self.example.setText(
            f"{name} is an example picture of ailab's own. Choose one whose "
            "answer you know: it alone shows whether colours and values are right."
        )
        self.invitation.setVisible(not has_picture)
        self.choose.setText("Another p&icture…" if state.picture else "P&icture…")
        self.choose.setEnabled(state.can_edit)
        self.comparison.show_state(state)
        self._render()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.example)
        column.addWidget(self.picture, 1)
        column.addWidget(self.invitation, 1)
        column.addWidget(self.words)
        column.addWidget(self.found)
        column.addWidget(self.usual)
        column.addWidget(self.comparison)

    def _on_results(self, _old: ResultsState, _new: ResultsState) -> None:
        self._render()

    def _render(self) -> None:
        state, shown = self._editor.state, self._editor.results.state
        result = shown.current_result
        problem = None if result is None else result.problem
        prediction = shown.shown
        tried = "Tried on an example" if state.is_example else "Tried on a picture"
        self.heading.setText(tried if state.tried_on else "Try it on a picture")
        tone: Tone = ""
        if state.is_checking or state.is_trying:
            words, tone = "Trying it …", "muted"
        elif problem is not None:
            words, tone = f"{problem.message} {problem.advice}", "error"
        else:
            words = "" if result is None else count_text(shown)
            if result is not None and isinstance(result.prediction, GeneratedText):
                words = summary(result.prediction)  # which nothing else here shows
            if result is not None and isinstance(result.prediction, DepthMap):
                words = " ".join((words, *result.notes))  # near and far may be the wrong way round
        self.words.setText(words)
        set_tone(self.words, tone)
        self.words.setVisible(bool(state.tried_on))
        rows: tuple[FoundRow, ...] = ()
        if isinstance(prediction, Classification):
            rows = class_rows(prediction)
        elif prediction is not None and result is not None and result.prediction is not None:
            rows = label_rows(prediction, result.prediction)
        self.found.set_rows(rows)
        usual = state.usual
        self.usual.setVisible(usual is not None and bool(rows) and not state.names)
        if usual is not None:
            self.usual.setText(f"Guess: the names of {usual.owner}")
            self.usual.setToolTip(f"{usual.offer}. {usual.guess}")

    def _on_choose(self) -> None:
        choose_pictures(self, self._editor.state.picture, self._on_pictures)

    def _on_pictures(self, paths: list[str]) -> None:
        if paths:
            self._editor.set_picture(paths[0])
