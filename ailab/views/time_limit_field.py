"""A field for the seconds that a picture may take."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QSpinBox, QWidget

from ailab.services.inference.time_limit import LONGEST


class TimeLimitField(QSpinBox):
    """Seconds, or that the limit follows the run's pace.

    Args:
        parent: the widget around it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, LONGEST)
        self.setSuffix(" seconds")
        self.setSpecialValueText("Automatic")
        self.setAccessibleName("Time for a picture, in seconds")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Typed: the style draws no arrows, as with the other numbers.
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)

    def show_seconds(self, seconds: int) -> None:
        """Show a number; what is being typed stays."""
        if seconds != self.value():
            self.blockSignals(True)
            self.setValue(seconds)
            self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Change nothing where somebody scrolls by."""
        if event is not None:
            event.ignore()
