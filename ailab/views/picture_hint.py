"""A few words over a picture, about what is under the mouse."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter


def draw_hint(painter: QPainter, words: str, view: QRect) -> None:
    """Draw words at the lower left corner of a view, as much of them as fits; none where empty."""
    if not words:
        return
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, view.width() - 32.0)
    place = QRectF(
        8,
        view.height() - metrics.height() - 16,
        metrics.horizontalAdvance(text) + 16,
        metrics.height() + 8,
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 22, 26, 215))
    painter.drawRoundedRect(place, 5, 5)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
