"""Numbers in a form that scrolls."""

from __future__ import annotations

from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget


class SheetNumber(QSpinBox):
    """A whole number, taken when the person has finished typing it.

    Args:
        name: what screen readers call it.
        low: the smallest.
        high: the largest.
        suffix: what stands behind it.
        parent: the widget around it.
    """

    def __init__(
        self, name: str, low: int, high: int, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setSuffix(suffix)
        self.setAccessibleName(name)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)

    def show_value(self, value: int) -> None:
        """Show a number; what is being typed stays."""
        if value != self.value():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Let the column scroll."""
        if event is not None:
            event.ignore()


class SheetDecimal(QDoubleSpinBox):
    """A number with a point, written as sheets write it.

    Args:
        name: what screen readers call it.
        low: the smallest.
        high: the largest.
        decimals: digits after the point.
        parent: the widget around it.
    """

    def __init__(
        self, name: str, low: float, high: float, decimals: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setAccessibleName(name)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)

    def show_value(self, value: float) -> None:
        """Show a number; what is being typed stays."""
        if abs(value - self.value()) >= 0.5 * 10 ** -self.decimals():
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """104 rather than 104.00000."""
        text = f"{value:.{self.decimals()}f}"
        return text.rstrip("0").rstrip(".") or "0"

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Let the column scroll."""
        if event is not None:
            event.ignore()
