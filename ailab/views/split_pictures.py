"""One picture, or two beside or below each other."""

from __future__ import annotations

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ailab.views.theme import SPACE, SPACE_SMALL

_BESIDE, _BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class SplitPictures(QWidget):
    """Gives two parts the same room, whichever way round their picture is shown larger.

    Args:
        first: to be seen always.
        parent: the widget around it.
    """

    def __init__(self, first: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = 1.0
        self._second: QWidget | None = None
        self._parts = QBoxLayout(_BESIDE, self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(SPACE)
        self._parts.addWidget(first, 1)

    def add(self, second: QWidget) -> None:
        """Take the second part."""
        self._second = second
        self._parts.addWidget(second, 1)
        self._turn()

    def suit(self, width: int, height: int) -> None:
        """Suit a picture of a size."""
        self._shape = width / max(height, 1)
        self._turn()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Put both parts as suits the new size."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        if self._second is None:
            return
        width, height, shape = self.width(), self.height(), self._shape
        beside = min((width - SPACE) / 2, height * shape)
        below = min(width, (height - SPACE) / 2 * shape)
        direction = _BESIDE if beside >= below else _BELOW
        if direction != self._parts.direction():
            self._parts.setDirection(direction)
            self._parts.setSpacing(SPACE if direction == _BESIDE else SPACE_SMALL)


def captioned(caption: QWidget, picture: QWidget) -> QWidget:
    """A part: the picture, and its caption above it."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_SMALL)
    column.addWidget(caption)
    column.addWidget(picture, 1)
    return part
