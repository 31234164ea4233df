"""Two canvases that show the same part of the same picture."""

from __future__ import annotations

from PyQt6.QtCore import QObject

from ailab.views.picture_canvas import PictureCanvas


class LinkedCanvases(QObject):
    """Moves and zooms each of two canvases with the other.

    Args:
        first: leads where both are shown beside each other for the first time.
        second: the other; both belong to one window, which keeps them.
    """

    def __init__(self, first: PictureCanvas, second: PictureCanvas) -> None:
        super().__init__(second)
        self._first = first
        self._second = second
        first.moved.connect(self.follow_first)
        second.moved.connect(self._follow_second)

    def follow_first(self) -> None:
        """Let the second show what the first does."""
        _follow(self._second, self._first)

    def _follow_second(self) -> None:
        _follow(self._first, self._second)


def _follow(canvas: PictureCanvas, leader: PictureCanvas) -> None:
    canvas.viewport.follow(leader.viewport)
    canvas.redraw()
