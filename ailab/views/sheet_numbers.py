"""A list of numbers of a sheet, as a person types it."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLineEdit, QWidget

from ailab.services.inference.sheet_draft import numbers_text


class SheetNumbers(QLineEdit):
    """Numbers with commas between them; what is being typed, or is to be corrected, stays.

    Args:
        name: for those who hear it.
        parent: the widget around it.
    """

    typed = pyqtSignal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._shown: tuple[float, ...] = ()
        self.editingFinished.connect(self._on_finished)

    def show_numbers(self, numbers: Sequence[float], *, is_kept: bool) -> None:
        """Show what is chosen.

        Args:
            numbers: it.
            is_kept: what was typed last is none, and is to be corrected.
        """
        chosen = tuple(numbers)
        if chosen != self._shown or not (self.isModified() or is_kept):
            self._shown = chosen
            self.setText(numbers_text(chosen))
            self.setCursorPosition(0)

    def _on_finished(self) -> None:
        self.setModified(False)
        self.typed.emit(self.text())
