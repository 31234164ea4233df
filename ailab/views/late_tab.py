"""A tab that is made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

W = TypeVar("W", bound=QWidget)


class LateTab(QWidget, Generic[W]):
    """Costs nothing while nobody looks at it.

    Args:
        make: makes what it holds.
        parent: the widget around it.
    """

    def __init__(self, make: Callable[[], W], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._content: W | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        """It was looked at."""
        return self._content is not None

    @property
    def content(self) -> W:
        """What it holds, made now where it was not yet."""
        if self._content is None:
            self._content = self._make()
            if (column := self.layout()) is not None:
                column.addWidget(self._content)
        return self._content

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Make the content, the first time."""
        self.content.show()
        super().showEvent(event)
