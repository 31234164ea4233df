"""A thin bar that says that something is under way."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QTimer
from PyQt6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ailab.views.theme_colors import colors_for

_HEIGHT = 3
_SHARE = 0.3
_STEP = 0.012
_INTERVAL_MS = 30


class ModelBusyBar(QWidget):
    """A piece that runs along a line while work is under way; else the line's room stays empty.

    Room is kept in either case, so that nothing below moves.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._is_busy = False
        self._place = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def is_busy(self) -> bool:
        """The bar runs."""
        return self._is_busy

    def set_busy(self, is_busy: bool) -> None:
        """Run, or rest."""
        if is_busy == self._is_busy:
            return
        self._is_busy = is_busy
        self.setAccessibleName("Busy" if is_busy else "")
        self._place = 0.0
        self._run_while_seen()
        self.update()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Run again once it is seen."""
        super().showEvent(event)
        self._run_while_seen()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802 - Qt's name
        """Spend nothing while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the line and the piece on it."""
        if not self._is_busy:
            return
        painter = QPainter(self)
        colors = colors_for(self.palette())
        painter.fillRect(self.rect(), QColor(colors.border))
        width = self.width()
        left = (self._place * (1 + _SHARE) - _SHARE * 0.5) * width
        painter.fillRect(QRectF(left, 0, _SHARE * width, _HEIGHT), QColor(colors.link))

    def _run_while_seen(self) -> None:
        if self._is_busy and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _on_tick(self) -> None:
        self._place = (self._place + _STEP) % 1.0
        self.update()
