"""The choice of where pictures are run."""

from __future__ import annotations

from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ailab.services.inference.run_place import PLACE_NAMES, RunPlace
from ailab.viewmodels.run_place import RunPlaceViewModel
from ailab.viewmodels.run_place_state import RunPlaceState
from ailab.views.model_details_command import ModelDetailsCommand
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel

_NOTES = {
    RunPlace.PROVIDERS: (
        "Pictures leave this machine: a provider on the internet runs the model. You are asked "
        "before the first one is sent."
    ),
}


_NAME = "Run on"
CLUSTER, WORKERS = "Cluster", "Workers"
"""Names of the fields below it, where Ray is chosen."""


def widest_name() -> int:
    """Pixels of the widest of the fields' names, so that they all begin at one line."""
    return max(QLabel(name).sizeHint().width() for name in (_NAME, CLUSTER, WORKERS))


class RunPlaceBox(QWidget):
    """Seen where pictures can be run elsewhere than on this computer.

    Args:
        place: what is shown and chosen.
        parent: the widget around it.

    Attributes:
        choice: the places.
        note: what the chosen place means for the pictures.
        problem: what is missing for it.
        command: what to type to install that.
    """

    def __init__(self, place: RunPlaceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.choice = QComboBox()
        self.choice.setAccessibleName(_NAME)
        self.choice.setToolTip("Where the pictures are run")
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        label = QLabel(_NAME)  # every letter of it leads elsewhere in this tab
        label.setBuddy(self.choice)
        label.setMinimumWidth(widest_name())
        self.note = WrappedLabel("What that means for the pictures", "warning")
        self.problem = WrappedLabel("What is missing for it", "error")
        self.command = ModelDetailsCommand()
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(label)
        row.addWidget(self.choice, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(row)
        for widget in (self.note, self.problem, self.command):
            column.addWidget(widget)
        self.choice.activated.connect(self._on_activated)
        place.changed.connect(self._on_changed)
        self._render(place.state)

    def _on_changed(self, _old: RunPlaceState, new: RunPlaceState) -> None:
        self._render(new)

    def _render(self, state: RunPlaceState) -> None:
        self.setVisible(len(state.places) > 1)
        if [self.choice.itemData(row) for row in range(self.choice.count())] != list(state.places):
            self.choice.clear()
            for place in state.places:
                self.choice.addItem(PLACE_NAMES[place], place)
        chosen = state.target.place
        self.choice.setCurrentIndex(state.places.index(chosen) if chosen in state.places else 0)
        self._tell(self.note, _NOTES.get(chosen, ""))
        problem = state.problem
        words = "" if problem is None else f"{problem.message} {problem.advice}".strip()
        self._tell(self.problem, words)
        self.command.set_command(state.command)

    @staticmethod
    def _tell(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _on_activated(self, row: int) -> None:
        self._place.choose(self.choice.itemData(row))
