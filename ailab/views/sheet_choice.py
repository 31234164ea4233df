"""One of a few values."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QComboBox, QWidget

from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.plain_tip import plain_tip

_LEAST_LETTERS = 12


class SheetChoice(ElidedComboBox):
    """A drop-down of values, each with a person's words for it.

    Args:
        name: what screen readers call it.
        words: the values and their words.
        parent: the widget around it.

    Signals:
        chosen(value): the person chose another value.
    """

    chosen = pyqtSignal(object)

    def __init__(self, name: str, words: Mapping[Any, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: tuple[Hashable, ...] = ()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # As wide as the column, not as its longest word.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LEAST_LETTERS)
        self.set_choices(words)
        self.activated.connect(self._on_activated)

    def set_choices(self, words: Mapping[Any, str]) -> None:
        """Offer other values."""
        texts = [self.itemText(index) for index in range(self.count())]
        if tuple(words) == self._values and list(words.values()) == texts:
            return
        self._values = tuple(words)
        self.clear()
        self.addItems(list(words.values()))

    def show_value(self, value: Hashable) -> None:
        """Show a value; nothing where it is none of them."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)
        self.setToolTip(plain_tip(self.currentText()))

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Let the column scroll: nobody means to choose by rolling past."""
        if event is not None:
            event.ignore()

    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self._values[index])
