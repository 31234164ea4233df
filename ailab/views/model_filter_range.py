"""Two fields: from and to."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ailab.views.theme import SPACE, SPACE_SMALL, set_tone

_NOTE = "Leaves out models that don't tell it."


class ModelFilterRange(QWidget):
    """Takes a least and a greatest number; says so where one can't be understood.

    Args:
        name: what is bounded, for those who can't see it.
        parse: makes a text a number or None; raises ValueError.
        write: makes a number a text.
        unit: what a number alone is meant in; it is written behind it.
        example: what may be typed.

    Attributes:
        least: the field of the lower bound.
        most: the field of the upper bound.

    Signals:
        changed(): other bounds hold.
        resized(): the words below came or went.
    """

    changed = pyqtSignal()
    resized = pyqtSignal()

    def __init__(
        self,
        name: str,
        parse: Callable[[str], int | None],
        write: Callable[[int], str],
        unit: str,
        example: str,
    ) -> None:
        super().__init__()
        self._parse = parse
        self._write = write
        self._values: tuple[int | None, int | None] = (None, None)
        self._has_fault = False
        self._unit = unit
        self._example = example
        self._words = QLabel()
        self._words.hide()
        self.least, self.most = QLineEdit(), QLineEdit()
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for field, word in ((self.least, "from"), (self.most, "to")):
            field.setPlaceholderText(f"{word}, in {unit}")
            field.setAccessibleName(f"{name} {word}")
            field.setToolTip(f"For example {example}")
            field.setMinimumWidth(60)
            field.editingFinished.connect(self.take)
            row.addWidget(field, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(row)
        column.addWidget(self._words)

    @property
    def values(self) -> tuple[int | None, int | None]:
        """The bounds; None for none."""
        return self._values

    @property
    def fault(self) -> str:
        """What can't be understood; empty where all can."""
        return self._words.text() if self._has_fault else ""

    @property
    def note(self) -> str:
        """What else the bounds do; empty where none hold."""
        return "" if self._has_fault else self._words.text()

    def show_values(self, least: int | None, most: int | None) -> None:
        """Show other bounds; the same ones leave what is typed."""
        if (least, most) != self._values:
            self._values = (least, most)
            self.least.setText("" if least is None else self._write(least))
            self.most.setText("" if most is None else self._write(most))
            self._tell("")

    def take(self) -> None:
        """Let what is typed hold, or say what is wrong with it."""
        try:
            least, most = self._parse(self.least.text()), self._parse(self.most.text())
        except ValueError:
            self._tell(f"Not understood: type {self._example}.")
            return
        if least is not None and most is not None and least > most:
            self._tell("The first number is the greater one.")
            return
        self._show_units()
        is_other, self._values = (least, most) != self._values, (least, most)
        self._tell("")
        if is_other:
            self.changed.emit()

    def _show_units(self) -> None:
        """Write the unit that is meant where none was typed."""
        for field in (self.least, self.most):
            text = field.text().strip()
            if text and not text[-1].isalpha():
                field.setText(f"{text} {self._unit}")

    def _tell(self, fault: str) -> None:
        """Say what is wrong, or else what the bounds that hold do besides."""
        self._has_fault = bool(fault)
        words = fault or (_NOTE if self._values != (None, None) else "")
        set_tone(self._words, "error" if fault else "muted")
        self._words.setText(words)
        if self._words.isHidden() == bool(words):
            self._words.setVisible(bool(words))
            self.resized.emit()
