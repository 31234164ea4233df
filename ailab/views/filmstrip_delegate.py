"""How a thumbnail of the filmstrip is drawn."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ailab.services.images.picture import Picture
from ailab.views.filmstrip_list_model import (
    OUTCOME_ROLE,
    PAGE_ROLE,
    THUMBNAIL_ROLE,
    UNREADABLE_ROLE,
    Outcome,
)
from ailab.views.picture_image import picture_image
from ailab.views.theme_colors import ThemeColors, colors_for

CELL = QSize(92, 78)
"""Size of a thumbnail with its border, in view pixels."""
_BORDER = 5
_MARK = 7.5
_PLATE = 4
"""Beside the number of a page."""


class FilmstripDelegate(QStyledItemDelegate):
    """Draws a thumbnail, a mark for what came of it, and a frame around the current one."""

    def sizeHint(  # noqa: N802 - Qt's name
        self, _option: QStyleOptionViewItem, _index: QModelIndex
    ) -> QSize:
        """The same size for all."""
        return CELL

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Draw one picture's thumbnail."""
        if painter is None:
            return
        colors = colors_for(option.palette)
        room = option.rect.adjusted(_BORDER, _BORDER, -_BORDER, -_BORDER)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(room, QColor(colors.canvas))
        thumbnail = index.data(THUMBNAIL_ROLE)
        if isinstance(thumbnail, Picture):
            _draw_thumbnail(painter, room, thumbnail)
        elif index.data(UNREADABLE_ROLE):
            painter.setPen(QColor(colors.error))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), "unreadable")
        else:
            painter.setPen(QColor(colors.muted))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), "…")
        if (page := index.data(PAGE_ROLE)) is not None:
            _draw_page(painter, room, page, colors)
        _draw_mark(painter, room, index.data(OUTCOME_ROLE), colors)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_current or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            line = QPen(QColor(colors.link if is_current else colors.outline))
            line.setWidthF(3 if is_current else 1)
            painter.setPen(line)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 4, 4)
            if is_current and option.state & QStyle.StateFlag.State_HasFocus:
                # The picture shown has its line whoever has the keyboard.
                painter.setPen(QPen(QColor(colors.text), 2))
                painter.drawRoundedRect(QRectF(option.rect).adjusted(5, 5, -5, -5), 3, 3)
        painter.restore()


def _draw_thumbnail(painter: QPainter, room: QRect, picture: Picture) -> None:
    image = picture_image(picture)
    size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRect(room.topLeft(), size)
    target.moveCenter(room.center())
    painter.drawImage(target, image)


def _draw_page(painter: QPainter, room: QRect, page: int, colors: ThemeColors) -> None:
    text = f"{page:,}"
    size = painter.fontMetrics().size(0, text)
    plate = QRect(0, 0, size.width() + 2 * _PLATE, size.height())
    plate.moveBottomLeft(room.bottomLeft())
    painter.fillRect(plate, QColor(colors.window))
    painter.setPen(QColor(colors.text))
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), text)


def _draw_mark(painter: QPainter, room: QRect, outcome: object, colors: ThemeColors) -> None:
    if outcome not in (Outcome.DONE, Outcome.FAILED):
        return
    is_done = outcome is Outcome.DONE
    middle = QPointF(room.right() - _MARK - 1, room.bottom() - _MARK - 1)
    painter.setPen(QPen(QColor(colors.window), 1.5))
    painter.setBrush(QColor(colors.success if is_done else colors.error))
    painter.drawEllipse(middle, _MARK, _MARK)
    # A shape as well as a colour, for those who see no difference between red and green.
    painter.setPen(QPen(QColor(colors.window), 1.8))
    x, y = middle.x(), middle.y()
    if is_done:
        painter.drawPolyline(QPointF(x - 3, y), QPointF(x - 1, y + 2.5), QPointF(x + 3.5, y - 3))
    else:
        painter.drawLine(QPointF(x - 2.5, y - 2.5), QPointF(x + 2.5, y + 2.5))
        painter.drawLine(QPointF(x - 2.5, y + 2.5), QPointF(x + 2.5, y - 2.5))
