"""How one model is drawn in the list."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ailab.services.hub.model_info import ModelInfo
from ailab.views.model_list_model import MODEL_ROLE, kind_of
from ailab.views.model_text import short_count
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.theme_colors import ThemeColors, colors_for

_PADDING = 7
_EDGE = 12
_GAP = 10
_LOCK = 12
_DIMMED = 0.4

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ModelListDelegate(QStyledItemDelegate):
    """Draws a row of two lines: the id with its counts, then task, library and licence.

    Attributes:
        is_dimmed: rows are drawn faint, because others are on their way.
    """

    is_dimmed = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802
        """All rows are equally high."""
        return QSize(0, row_height(option.font))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Draw a model; every text is elided to the room there is."""
        model = index.data(MODEL_ROLE)
        if painter is None or not isinstance(model, ModelInfo):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(option.rect)
        colors = colors_for(option.palette)
        if self.is_dimmed:
            # Over what the table itself draws behind a selected row, which would not fade.
            painter.fillRect(option.rect, QColor(colors.base))
            painter.setOpacity(_DIMMED)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        _draw_background(painter, option, colors, is_selected=is_selected)
        strong = QColor(colors.on_accent if is_selected else colors.text)
        muted = strong if is_selected else QColor(colors.muted)
        _RowPainter(painter, option.font, strong, muted).draw(option.rect, model)
        painter.restore()


def _draw_background(
    painter: QPainter, option: QStyleOptionViewItem, colors: ThemeColors, *, is_selected: bool
) -> None:
    area = option.rect
    if is_selected:
        painter.fillRect(area, QColor(colors.accent))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colors.on_accent), 1))
            painter.drawRect(QRectF(area).adjusted(2.5, 2.5, -2.5, -2.5))
        return
    if option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(area, QColor(colors.hover))
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(colors.link), 1))
        painter.drawRect(QRectF(area).adjusted(2.5, 2.5, -2.5, -2.5))
    painter.fillRect(area.left(), area.bottom(), area.width(), 1, QColor(colors.border))


def row_height(font: QFont) -> int:
    """Pixels that two lines of a font need."""
    return 2 * QFontMetrics(font).height() + SPACE_SMALL + 2 * _PADDING


class _RowPainter:
    """Draws the texts of one row in one pair of colours."""

    def __init__(self, painter: QPainter, font: QFont, strong: QColor, muted: QColor) -> None:
        self._painter = painter
        self._font = font
        self._strong = strong
        self._muted = muted
        self._metrics = QFontMetrics(font)

    def draw(self, row: QRect, model: ModelInfo) -> None:
        painter = self._painter
        area = row.adjusted(_EDGE, _PADDING, -_EDGE, -_PADDING)
        height = self._metrics.height()
        top = QRect(area.left(), area.top(), area.width(), height)
        bottom = QRect(area.left(), area.bottom() - height + 1, area.width(), height)
        painter.setFont(self._font)
        painter.setPen(self._muted)
        self._draw_counts(bottom, model)
        words = (*kind_of(model), *([model.license] if model.license else []))
        text = " · ".join(words) or "Nothing more is known"
        elided = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, bottom.width())
        painter.drawText(bottom, _LEFT, elided)
        if model.gated:
            lock = QRectF(top.right() - _LOCK, top.center().y() - _LOCK / 2, _LOCK, _LOCK)
            _draw_lock(painter, lock)
            top.setRight(top.right() - _LOCK - SPACE)
        self._draw_id(top, model.id)

    def _draw_counts(self, area: QRect, model: ModelInfo) -> None:
        """Draw likes and downloads, each in a column of its own; leaves the room before them."""
        for mark, count in (("♥", model.likes), ("↓", model.downloads)):
            if count is not None:
                self._painter.drawText(area, _RIGHT, f"{mark} {short_count(count)}")
            width = self._metrics.horizontalAdvance(f"{mark} 99.9k") + _GAP
            area.setRight(area.right() - width)

    def _draw_id(self, area: QRect, model_id: str) -> None:
        """The owner muted, the name strong; where room is short the owner gives way first."""
        owner, slash, name = model_id.rpartition("/")
        bold = QFont(self._font)
        bold.setWeight(QFont.Weight.DemiBold)
        bold_metrics = QFontMetrics(bold)
        middle = Qt.TextElideMode.ElideMiddle
        if slash:
            room = max(area.width() - bold_metrics.horizontalAdvance(name), area.width() // 3)
            room -= self._metrics.horizontalAdvance(slash)
            for text in (self._metrics.elidedText(owner, middle, room), slash):
                self._painter.drawText(area, _LEFT, text)
                area.setLeft(area.left() + self._metrics.horizontalAdvance(text))
        self._painter.setFont(bold)
        self._painter.setPen(self._strong)
        self._painter.drawText(area, _LEFT, bold_metrics.elidedText(name, middle, area.width()))


def _draw_lock(painter: QPainter, area: QRectF) -> None:
    """A padlock: an emoji would be coloured, or a box where the font has none."""
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
