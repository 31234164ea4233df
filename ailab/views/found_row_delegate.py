"""How a row of what was found is drawn."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QObject, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ailab.views.found_list_model import ROW_ROLE
from ailab.views.found_row import FoundRow
from ailab.views.theme import SPACE
from ailab.views.theme_colors import colors_for

_SWATCH = 14
_BAR = 5
_WIDEST = "< 0.1%"


class FoundRowDelegate(QStyledItemDelegate):
    """Draws box, colours and label on the left, the value on the right, a bar or a line below.

    Attributes:
        has_value_below: the values stand on the second line, so that the labels have all of the
            first. The same for all rows of a list, whose values stay below one another so.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.has_value_below = False

    def room_for_words(self, option: QStyleOptionViewItem, index: QModelIndex) -> int:
        """Pixels of a row's width that its label and its value share.

        Args:
            option: its `rect` is as wide as the row.
            index: of the row; all rows of a list have the same before their labels.
        """
        style = QApplication.style() if option.widget is None else option.widget.style()
        if style is None:
            return option.rect.width()
        self.initStyleOption(option, index)
        element = QStyle.SubElement.SE_ItemViewItemText
        room = style.subElementRect(element, option, option.widget).width()
        margin = style.pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin) + 1
        return room - 2 * margin - SPACE - SPACE // 2

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex
    ) -> QSize:
        """The same height for all rows of a list."""
        row = index.data(ROW_ROLE)
        height = option.fontMetrics.height() + 8
        if isinstance(row, FoundRow) and (row.detail or self.has_value_below):
            height += option.fontMetrics.height()
        elif isinstance(row, FoundRow) and row.share is not None:
            height += _BAR + 3
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
        value_width = _value_width(row, option.fontMetrics)
        line = QRect(option.rect)
        line.setHeight(option.fontMetrics.height() + 8)
        left = QStyleOptionViewItem(option)
        beside = 0 if self.has_value_below else value_width + SPACE // 2
        left.rect = line.adjusted(0, 0, -beside, 0)
        super().paint(painter, left, index)
        painter.save()
        painter.setPen(QColor(colors.on_accent if is_selected else colors.text))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        below = option.rect.adjusted(SPACE - 2, line.height(), -SPACE, -4)
        if self.has_value_below:
            painter.drawText(below.adjusted(0, -3, 0, 3), int(right), row.value)
            # Bars are as long as their shares, whatever figure stands beside them.
            widest = max(value_width, option.fontMetrics.horizontalAdvance(_WIDEST) + SPACE)
            below.setRight(below.right() - (value_width if row.share is None else widest))
            below.translate(0, 0 if row.share is None else (below.height() - _BAR) // 2)
        else:
            painter.drawText(line.adjusted(0, 0, -SPACE, 0), int(right), row.value)
        if row.share is not None:
            _draw_bar(painter, QRectF(below), row.share, colors.hover, colors.accent)
        if row.detail:
            painter.setPen(QColor(colors.on_accent if is_selected else colors.muted))
            is_checkable = bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)
            before = _SWATCH + (24 if is_checkable else 3) if row.colors else 0
            room = below.adjusted(
                _detail_indent(row, option.fontMetrics, below.width(), before), -3, 0, 3
            )
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


def _value_width(row: FoundRow, metrics: QFontMetrics) -> int:
    return metrics.horizontalAdvance(row.value) + SPACE


def detail_text(row: FoundRow, metrics: QFontMetrics, width: int) -> str:
    """As much of a row's second line as fits: whole, in fewer words, or cut in its middle."""
    for text in (row.detail, row.brief):
        if text and metrics.horizontalAdvance(text) <= width:
            return text
    # A figure stands at its end, which is what is looked for.
    return metrics.elidedText(row.brief or row.detail, Qt.TextElideMode.ElideMiddle, width)


def _detail_indent(row: FoundRow, metrics: QFontMetrics, width: int, before: int) -> int:
    # The colours above stand before the label, and the box of one that can be switched off.
    # Whole words are worth more than standing below the label.
    is_whole = metrics.horizontalAdvance(row.brief or row.detail) <= width - before
    return before if is_whole else 0


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
