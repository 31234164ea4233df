"""The choice of a Ray cluster and of how many workers there are."""

from __future__ import annotations

from PyQt6.QtWidgets import QGridLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from ailab.services.inference.run_place import RunPlace
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.ray_text import ray_text
from ailab.viewmodels.run_place_state import RunPlaceState
from ailab.views.run_place_box import CLUSTER, WORKERS, widest_name
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel

_MOST_SHOWN = 999


class RayBox(QWidget):
    """Seen where Ray is chosen; says what that leads to.

    Args:
        inference: what is shown and changed.
        parent: the widget around it.

    Attributes:
        address: of the cluster; empty for this computer.
        workers: how many copies of the model work at once.
        words: what the choice leads to.
    """

    def __init__(self, inference: InferenceViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inference = inference
        self._place = inference.place
        self.address = QLineEdit()
        self.address.setAccessibleName("Address of the Ray cluster")
        self.address.setPlaceholderText("empty: this computer alone")
        self.address.setToolTip(
            "ray://HOST:10001 from any machine, or HOST:6379 on a machine of the cluster; "
            "empty to start Ray on this computer"
        )
        self.workers = QSpinBox()
        # Typed: the style draws no arrows, as with the other numbers.
        self.workers.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.workers.setRange(0, _MOST_SHOWN)
        self.workers.setSpecialValueText("one a machine")
        self.workers.setAccessibleName("Workers")
        self.workers.setToolTip("How many copies of the model work at once; 0 for one a machine")
        self.words = WrappedLabel("What running on Ray means", "muted")
        grid = QGridLayout()
        grid.setSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, widest_name())
        for row, (text, field) in enumerate(((CLUSTER, self.address), (WORKERS, self.workers))):
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(grid)
        column.addWidget(self.words)
        self.address.textEdited.connect(self._place.set_address)
        self.workers.valueChanged.connect(self._place.set_workers)
        self._place.changed.connect(self._on_place)
        inference.changed.connect(self._on_inference)
        self._render()

    def _on_place(self, _old: RunPlaceState, _new: RunPlaceState) -> None:
        self._render()

    def _on_inference(self, old: InferenceState, new: InferenceState) -> None:
        if (len(old.pictures), old.is_running) != (len(new.pictures), new.is_running):
            self._render()

    def _render(self) -> None:
        state, inference = self._place.state, self._inference.state
        target = state.target
        if self.address.text() != target.address:
            self.address.setText(target.address)
        if self.workers.value() != target.workers:
            self.workers.blockSignals(True)
            self.workers.setValue(target.workers)
            self.workers.blockSignals(False)
        self.words.setText(ray_text(target.address, len(inference.pictures)))
        self.setEnabled(not inference.is_running)
        is_chosen = target.place is RunPlace.RAY and RunPlace.RAY in state.places
        self.setVisible(is_chosen and state.problem is None)
