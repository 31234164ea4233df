"""The borders of the place where pictures are shown."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from ailab.views.theme_colors import ThemeColors


def draw_invitation(painter: QPainter, view: QRect, colors: ThemeColors) -> None:
    """Draw the border of a place to drop something."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors.outline), 1.5, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(QRectF(view).adjusted(14, 14, -14, -14), 10, 10)


def draw_focus(painter: QPainter, view: QRect, colors: ThemeColors) -> None:
    """Draw the border of the place that has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors.link), 2))
    painter.drawRect(view.adjusted(1, 1, -1, -1))
