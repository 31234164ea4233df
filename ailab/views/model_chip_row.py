"""What is filtered by, as chips that can be taken off."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ailab.views.model_chip_flow import ModelChipFlow
from ailab.views.model_filter_chips import FilterChip
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE_SMALL, make_chip

_MOST_LETTERS = 48


class ModelChipRow(QWidget):
    """A button for each condition, and one that takes all off; hidden where there is none.

    Attributes:
        chips: the buttons, in the order of the conditions.
        clear: takes all off.

    Signals:
        taken_off(chip): a condition is no longer wanted, a `FilterChip`.
        cleared(): none is.
    """

    taken_off = pyqtSignal(object)
    cleared = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = ModelChipFlow(self, SPACE_SMALL)
        self._shown: tuple[FilterChip, ...] = ()
        self.chips: list[QPushButton] = []
        self.clear = QPushButton("Clear all")
        self.clear.setFlat(True)
        make_chip(self.clear)
        self.clear.setToolTip("Take all filters off")
        self.clear.clicked.connect(self._on_clear)
        self._flow.addWidget(self.clear)
        self.hide()

    def show_chips(self, chips: tuple[FilterChip, ...]) -> None:
        """Show other conditions."""
        if chips != self._shown:
            had_focus = any(button.hasFocus() for button in self.chips)
            self._shown = chips
            self._flow.removeWidget(self.clear)
            for button in self.chips:
                self._flow.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.chips = [self._button(chip) for chip in chips]
            self._flow.addWidget(self.clear)
            # Else a keyboard at a chip that is gone would be nowhere.
            if had_focus:
                (self.chips[0] if self.chips else self.clear).setFocus()
            self.updateGeometry()
        self.setVisible(bool(chips))

    def _button(self, chip: FilterChip) -> QPushButton:
        text = chip.text if len(chip.text) <= _MOST_LETTERS else f"{chip.text[:_MOST_LETTERS]}…"
        button = QPushButton(text.replace("&", "&&") + "  ✕", self)
        make_chip(button)
        button.setAccessibleName(f"Take off the filter {chip.text}")
        button.setToolTip(plain_tip(f"{chip.text}: press to take it off"))
        button.clicked.connect(self._on_chip)
        self._flow.addWidget(button)
        button.show()
        return button

    def _on_chip(self) -> None:
        sender = self.sender()
        for button, chip in zip(self.chips, self._shown, strict=True):
            if button is sender:
                self.taken_off.emit(chip)
                return

    def _on_clear(self) -> None:
        self.cleared.emit()
