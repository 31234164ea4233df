"""The choice of where pictures are run."""

from __future__ import annotations

from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ailab.services.inference.run_place import PLACE_NAMES, RunPlace
from ailab.viewmodels.provider_choice import ProviderChoice
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
_PROVIDER = "Provider"
CLUSTER, WORKERS = "Cluster", "Workers"
"""Names of the fields below it, where Ray is chosen."""


def widest_name() -> int:
    """Pixels of the widest of the fields' names, so that they all begin at one line."""
    return max(QLabel(name).sizeHint().width() for name in (_NAME, _PROVIDER, CLUSTER, WORKERS))


class RunPlaceBox(QWidget):
    """Seen where pictures can be run elsewhere than on this computer.

    Args:
        place: what is shown and chosen.
        parent: the widget around it.

    Attributes:
        choice: the places.
        provider: those that run the model at the chosen place, where several do.
        note: what the chosen place means for the pictures.
        problem: what is missing for it.
        command: what to type to install that.
    """

    def __init__(self, place: RunPlaceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self.choice = _named(_NAME, "Where the pictures are run")
        self.provider = _named(_PROVIDER, "Who runs the model, and is sent the pictures")
        self.note = WrappedLabel("What that means for the pictures", "warning")
        self.problem = WrappedLabel("What is missing for it", "error")
        self.command = ModelDetailsCommand()
        self._provider_row = _row(_PROVIDER, self.provider)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        for widget in (
            _row(_NAME, self.choice),
            self._provider_row,
            self.note,
            self.problem,
            self.command,
        ):
            column.addWidget(widget)
        self.choice.activated.connect(self._on_activated)
        self.provider.activated.connect(self._on_provider)
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
        self._render_providers(state.run_by)
        self._tell(self.note, _NOTES.get(chosen, ""))
        problem = state.problem
        words = "" if problem is None else f"{problem.message} {problem.advice}".strip()
        self._tell(self.problem, words)
        self.command.set_command(state.command)

    def _render_providers(self, run_by: ProviderChoice) -> None:
        self._provider_row.setVisible(run_by.has_others)
        keys = [key for key, _ in run_by.offered]
        if [self.provider.itemData(row) for row in range(self.provider.count())] != keys:
            self.provider.clear()
            for key, name in run_by.offered:
                self.provider.addItem(name, key)
        self.provider.setCurrentIndex(keys.index(run_by.chosen) if run_by.chosen in keys else -1)

    @staticmethod
    def _tell(label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _on_activated(self, row: int) -> None:
        self._place.choose(self.choice.itemData(row))

    def _on_provider(self, row: int) -> None:
        self._place.choose_provider(self.provider.itemData(row))


def _named(name: str, tip: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def _row(name: str, box: QComboBox) -> QWidget:
    label = QLabel(name)  # every letter of it leads elsewhere in this tab
    label.setBuddy(box)
    label.setMinimumWidth(widest_name())
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    row.addWidget(label)
    row.addWidget(box, 1)
    return whole
