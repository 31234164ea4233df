"""What the colours of a depth map mean."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from ailab.services.results.depth_colors import depth_colors
from ailab.views.theme import SPACE_SMALL

_BAR = 12.0
_STOPS = 32


class DepthLegend(QWidget):
    """A bar of the colours from far to near, with words at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Colours: dark is far, bright is near")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the bar and a line of text."""
        return QSize(120, round(_BAR) + SPACE_SMALL + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for both words."""
        return QSize(90, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw the bar and its words."""
        painter = QPainter(self)
        bar = QRectF(0, 0, self.width(), _BAR)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        colors = depth_colors()
        for stop in range(_STOPS + 1):
            color = QColor(*colors[round(stop / _STOPS * (len(colors) - 1))])
            gradient.setColorAt(stop / _STOPS, color)
        painter.fillRect(bar, gradient)
        painter.setPen(self.palette().color(self.foregroundRole()))
        metrics = self.fontMetrics()
        line = round(_BAR) + SPACE_SMALL + metrics.ascent()
        painter.drawText(0, line, "far")
        painter.drawText(self.width() - metrics.horizontalAdvance("near"), line, "near")
