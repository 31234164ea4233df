"""How a row of what was found is drawn."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ailab.views.found_list_model import ROW_ROLE
from ailab.views.found_rows import FoundRow
from ailab.views.theme import SPACE
from ailab.views.theme_colors import colors_for

_SWATCH = 14
_BAR = 5


class FoundRowDelegate(QStyledItemDelegate):
    """Draws box, colours and label on the left, the value on the right, a bar or a line below."""

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QSize:
        """The same height for all rows of a list."""
        row = index.data(ROW_ROLE)
        height = option.fontMetrics.height() + 8
        if isinstance(row, FoundRow) and row.share is not None:
            height += _BAR + 3
        if isinstance(row, FoundRow) and row.detail:
            height += option.fontMetrics.height()
        return QSize(80, height)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Draw one row."""
        row = index.data(ROW_ROLE)
        if painter is None or not isinstance(row, FoundRow):
            return
        colors = colors_for(option.palette)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(option.rect, QColor(colors.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(colors.hover))
        value_width = option.fontMetrics.horizontalAdvance(row.value) + SPACE
        line = QRect(option.rect)
        line.setHeight(option.fontMetrics.height() + 8)
        left = QStyleOptionViewItem(option)
        left.rect = line.adjusted(0, 0, -value_width - SPACE // 2, 0)
        super().paint(painter, left, index)
        painter.save()
        painter.setPen(QColor(colors.on_accent if is_selected else colors.text))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line.adjusted(0, 0, -SPACE, 0), int(right), row.value)
        below = option.rect.adjusted(SPACE - 2, line.height(), -SPACE, -4)
        if row.share is not None:
            _draw_bar(painter, QRectF(below), row.share, colors.hover, colors.accent)
        if row.detail:
            painter.setPen(QColor(colors.on_accent if is_selected else colors.muted))
            room = below.adjusted(_detail_indent(row), -3, 0, 3)
            text = detail_text(row, option.fontMetrics, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.restore()

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem | None, index: QModelIndex
    ) -> None:
        """Give the label its colours."""
        super().initStyleOption(option, index)
        row = index.data(ROW_ROLE)
        if option is None or not isinstance(row, FoundRow):
            return
        option.textElideMode = Qt.TextElideMode.ElideRight
        if row.colors:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.icon = _swatch(row)
            option.decorationSize = QSize(_SWATCH, _SWATCH)


def detail_text(row: FoundRow, metrics: QFontMetrics, width: int) -> str:
    """As much of a row's second line as fits: whole, in fewer words, or cut in its middle."""
    for text in (row.detail, row.brief):
        if text and metrics.horizontalAdvance(text) <= width:
            return text
    # A figure stands at its end, which is what is looked for.
    return metrics.elidedText(row.brief or row.detail, Qt.TextElideMode.ElideMiddle, width)


def _detail_indent(row: FoundRow) -> int:
    # The colours above stand before the label, and the box of one that can be switched off.
    if not row.colors:
        return 0
    return _SWATCH + (3 if row.number is not None else 24)


def _draw_bar(painter: QPainter, room: QRectF, share: float, ground: str, fill: str) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    bar = QRectF(room.left(), room.top(), room.width(), _BAR)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
    bar.setWidth(max(bar.width() * share, _BAR))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)


def _swatch(row: FoundRow) -> QIcon:
    pixmap = QPixmap(2 * _SWATCH, 2 * _SWATCH)
    pixmap.setDevicePixelRatio(2)  # sharp on every screen
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    width = _SWATCH / len(row.colors)
    for place, color in enumerate(row.colors):
        painter.fillRect(QRectF(place * width, 0, width, _SWATCH), QColor(*color))
    painter.setPen(QColor(0, 0, 0, 90))
    painter.drawRect(0, 0, _SWATCH - 1, _SWATCH - 1)
    painter.end()
    icon = QIcon()
    # The same colours whether the row is selected or not: they are what it is known by.
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(pixmap, mode)
    return icon
