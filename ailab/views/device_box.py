"""The choice of what models run on, and what it leads to."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from ailab.services.inference.device import AUTO, device_name
from ailab.viewmodels.settings_state import SettingsState
from ailab.views.model_details_command import ModelDetailsCommand
from ailab.views.theme import SPACE_SMALL
from ailab.views.wrapped_label import WrappedLabel


class DeviceBox(QWidget):
    """What stands below the drop-down, which whoever lays it out puts in its place.

    Attributes:
        choice: the drop-down.
        words: on what each engine runs, and why not on the graphics card.
        command: what to type so that it does.

    Signals:
        chosen(device): the person chose one of `device.CHOICES`.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Run models on")
        self.words = WrappedLabel("About what models run on", "muted")
        self.command = ModelDetailsCommand()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addWidget(self.words)
        column.addWidget(self.command)
        self.choice.activated.connect(self._on_activated)

    def show_state(self, state: SettingsState) -> None:
        """Show what can be chosen, what is, and what that leads to."""
        keys = list(state.device_choices)
        if [self.choice.itemData(row) for row in range(self.choice.count())] != keys:
            self.choice.clear()
            for key in keys:
                self.choice.addItem("Automatic" if key == AUTO else device_name(key), key)
        chosen = state.settings.device
        self.choice.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
        report = state.devices
        self.words.setText(report.words if report is not None else "Looking…")
        self.command.set_command(report.command if report is not None else "")

    def _on_activated(self, row: int) -> None:
        self.chosen.emit(self.choice.itemData(row))
