"""The little drawings in a row of the list; letters would be coloured, or boxes, in some fonts."""

from __future__ import annotations

import math

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ailab.services.compatibility.verdict import Fit
from ailab.views.theme_colors import ThemeColors

_TIPS = 5


def verdict_mark(fit: Fit, colors: ThemeColors) -> tuple[str, str]:
    """The sign and the colour of a verdict."""
    return {
        Fit.RUNS: ("✓", colors.success),
        Fit.NEEDS_EXTRA: ("+", colors.warning),
        Fit.NEEDS_SHEET: ("✎", colors.warning),
        Fit.NEEDS_ACCESS: ("!", colors.warning),
        Fit.WONT_RUN: ("✕", colors.error),
        Fit.UNKNOWN: ("?", colors.muted),
    }[fit]


def draw_lock(painter: QPainter, area: QRectF) -> None:
    """A padlock in the pen's colour."""
    color = painter.pen().color()
    body = area.adjusted(1.5, 5, -1.5, 0)
    left, right, top = area.left() + 3.5, area.right() - 3.5, area.top() + 0.5
    shackle = QPainterPath(QPointF(left, body.top()))
    shackle.lineTo(left, top + 3)
    shackle.arcTo(QRectF(left, top, right - left, 6), 180, -180)
    shackle.lineTo(right, body.top())
    painter.setPen(QPen(color, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shackle)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(body, 1.5, 1.5)
    painter.setPen(color)


def draw_star(painter: QPainter, area: QRectF, color: QColor, *, is_filled: bool) -> None:
    """A star, full for a favourite."""
    points = QPolygonF()
    for tip in range(2 * _TIPS):
        radius = area.width() / 2 * (1.0 if tip % 2 == 0 else 0.45)
        angle = math.pi * (tip / _TIPS - 0.5)
        middle = area.center()
        points.append(
            QPointF(middle.x() + radius * math.cos(angle), middle.y() + radius * math.sin(angle))
        )
    painter.save()
    painter.setPen(QPen(color, 1.2))
    painter.setBrush(color if is_filled else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(points)
    painter.restore()


def draw_placeholder(painter: QPainter, area: QRectF, colors: ThemeColors) -> None:
    """A neutral picture, where a model shows none."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.hover))
    painter.drawRoundedRect(area, 5, 5)
    painter.setBrush(QColor(colors.border))
    unit = area.width() / 12
    left, top = area.left(), area.top()
    painter.drawEllipse(QPointF(left + 4.2 * unit, top + 4.2 * unit), unit, unit)
    hills = (QPointF(2.4, 9), QPointF(5, 6.2), QPointF(6.4, 7.6), QPointF(8, 5.4), QPointF(9.8, 9))
    painter.drawPolygon(
        QPolygonF([QPointF(left + hill.x() * unit, top + hill.y() * unit) for hill in hills])
    )
    painter.restore()
