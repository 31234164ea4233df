"""A tab that is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget


class LateTab(QWidget):
    """Costs nothing while nobody looks at it.

    Args:
        make: makes what it holds.
        parent: the widget around it.

    Attributes:
        content: what it holds; None before it was looked at.
    """

    def __init__(self, make: Callable[[], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.content: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Make the content, the first time."""
        if self.content is None:
            self.content = self._make()
            if (column := self.layout()) is not None:
                column.addWidget(self.content)
        super().showEvent(event)
