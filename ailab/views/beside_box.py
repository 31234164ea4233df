"""Another run beside the one shown: where it is chosen."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ailab.viewmodels.beside import BesideViewModel
from ailab.viewmodels.beside_state import BesideState
from ailab.views.file_dialogs import choose_folder
from ailab.views.theme import SPACE_SMALL
from ailab.views.vectors_box import VectorsBox
from ailab.views.wrapped_label import WrappedLabel

_GROWS = QSizePolicy.Policy.Preferred


class BesideBox(QWidget):
    """A button for the folder of a saved run, why it could not be held, and what is shown of both.

    Args:
        beside: what is shown and changed.
        parent: the widget around it.
    """

    def __init__(self, beside: BesideViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside = beside
        self.words = WrappedLabel("About the run to compare with", "warning")
        self.compare = QPushButton("Compare runs…")
        self.compare.setToolTip("Show what a saved run found in the same pictures beside this one")
        self.differences = QCheckBox("Only what differs")
        self.differences.setToolTip("Leave out what A and B both found, in both pictures")
        self.vectors = VectorsBox(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.differences)
        column.addWidget(self.vectors, 1)
        column.addWidget(self.words)
        column.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignLeft)
        self.compare.clicked.connect(self.ask_for_run)
        self.differences.toggled.connect(beside.show_differences)
        beside.changed.connect(self._on_changed)
        self._render(beside.state)

    def ask_for_run(self) -> None:
        """Open the dialog for the folder of a saved run to hold beside."""
        choose_folder(
            self,
            "Choose the folder of a run to compare with",
            self._beside.folder_of_runs,
            self._beside.hold,
        )

    def _on_changed(self, _old: BesideState, new: BesideState) -> None:
        self._render(new)

    def _render(self, state: BesideState) -> None:
        problem = state.problem
        self.words.setText("" if problem is None else f"{problem.message} {problem.advice}".strip())
        self.words.setVisible(problem is not None)
        self.compare.setText("Opening the run …" if state.is_opening else "Compare runs…")
        self.compare.setEnabled(not state.is_opening)
        self.differences.setVisible(state.is_held and state.can_differ)
        # The list of vectors takes the room that is left; without it there is nothing to grow.
        policy = self.sizePolicy()
        has_list = state.is_held and state.is_of_vectors
        policy.setVerticalPolicy(_GROWS if has_list else QSizePolicy.Policy.Maximum)
        self.setSizePolicy(policy)
        self.setVisible(state.can_open or problem is not None)
