"""How one model is drawn in the list."""

from __future__ import annotations

from PyQt6.QtCore import QModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen
from PyQt6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelInfo
from ailab.views.model_list_marks import draw_lock, draw_placeholder, draw_star, verdict_mark
from ailab.views.model_list_model import (
    FAVOURITE_ROLE,
    HERE_ROLE,
    MODEL_ROLE,
    PREVIEW_ROLE,
    VERDICT_ROLE,
    kind_of,
)
from ailab.views.model_text import short_count
from ailab.views.theme import SPACE, SPACE_SMALL
from ailab.views.theme_colors import ThemeColors, colors_for

_PADDING = 7
_EDGE = 12
_GAP = 10
_LOCK = 12
_STAR = 14
_DIMMED = 0.4
_ROOM_FOR_LIKES = 330
_ROOM_FOR_DOWNLOADS = 250

PREVIEW_SIDE = 48
"""Pixels of the square for a picture of the model."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ModelListDelegate(QStyledItemDelegate):
    """Draws a picture and two lines: the id, then verdict, task, library, licence and counts.

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
        _draw_preview(painter, _preview_area(option.rect), index.data(PREVIEW_ROLE), colors)
        strong = QColor(colors.on_accent if is_selected else colors.text)
        muted = strong if is_selected else QColor(colors.muted)
        row = _RowPainter(painter, option.font, strong, muted)
        is_favourite = bool(index.data(FAVOURITE_ROLE))
        if is_favourite or is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            gold = strong if is_selected else QColor(colors.warning)
            draw_star(painter, QRectF(star_area(option.rect)), gold, is_filled=is_favourite)
        verdict = index.data(VERDICT_ROLE)
        fit = verdict.fit if isinstance(verdict, Verdict) else Fit.UNKNOWN
        mark, color = verdict_mark(fit, colors)
        place = "on this disk" if index.data(HERE_ROLE) else ""
        row.draw(
            option.rect,
            model,
            f"{mark} {fit.value}",
            strong if is_selected else QColor(color),
            place,
        )
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
    """Pixels that two lines of a font, or the picture, need."""
    lines = 2 * QFontMetrics(font).height() + SPACE_SMALL
    return max(lines, PREVIEW_SIDE) + 2 * _PADDING


def star_area(row: QRect) -> QRect:
    """Where the star of a row is drawn."""
    return QRect(row.right() - _EDGE - _STAR + 1, row.top() + _PADDING + 2, _STAR, _STAR)


def is_on_star(row: QRect, place: QPoint) -> bool:
    """True where a click is meant for the star."""
    return star_area(row).adjusted(-6, -8, 10, 6).contains(place)


def _preview_area(row: QRect) -> QRect:
    top = row.center().y() - PREVIEW_SIDE // 2
    return QRect(row.left() + _EDGE, top, PREVIEW_SIDE, PREVIEW_SIDE)


def _draw_preview(painter: QPainter, area: QRect, image: object, colors: ThemeColors) -> None:
    if not isinstance(image, QImage) or image.isNull():
        draw_placeholder(painter, QRectF(area), colors)
        return
    side = min(image.width(), image.height())
    middle = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(area), 5, 5)
    painter.save()
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(area, image, middle)
    painter.restore()


class _RowPainter:
    """Draws the texts of one row in one pair of colours."""

    def __init__(self, painter: QPainter, font: QFont, strong: QColor, muted: QColor) -> None:
        self._painter = painter
        self._font = font
        self._strong = strong
        self._muted = muted
        self._metrics = QFontMetrics(font)

    def draw(
        self, row: QRect, model: ModelInfo, verdict: str, color: QColor, place: str = ""
    ) -> None:
        painter = self._painter
        area = row.adjusted(2 * _EDGE + PREVIEW_SIDE, _PADDING, -_EDGE, -_PADDING)
        height = self._metrics.height()
        spare = max(area.height() - 2 * height, 0) // 4
        top = QRect(area.left(), area.top() + spare, area.width(), height)
        bottom = QRect(area.left(), area.bottom() - spare - height + 1, area.width(), height)
        painter.setFont(self._font)
        painter.setPen(self._muted)
        self._draw_counts(bottom, model)
        self._draw_kind(bottom, model, verdict, color, place)
        painter.setPen(self._muted)
        top.setRight(star_area(row).left() - SPACE)
        if model.gated:
            lock = QRectF(top.right() - _LOCK, top.center().y() - _LOCK / 2, _LOCK, _LOCK)
            draw_lock(painter, lock)
            top.setRight(top.right() - _LOCK - SPACE)
        self._draw_id(top, model.id)

    def _draw_kind(
        self, area: QRect, model: ModelInfo, verdict: str, color: QColor, place: str
    ) -> None:
        """Whether it runs, whether it is here, then what it is."""
        painter, right = self._painter, Qt.TextElideMode.ElideRight
        painter.setPen(color)
        painter.drawText(area, _LEFT, self._metrics.elidedText(verdict, right, area.width()))
        words = tuple(filter(None, (place, *kind_of(model), model.license)))
        if words:
            area.setLeft(area.left() + self._metrics.horizontalAdvance(f"{verdict} "))
            painter.setPen(self._muted)
            text = "· " + " · ".join(words)
            painter.drawText(area, _LEFT, self._metrics.elidedText(text, right, area.width()))

    def _draw_counts(self, area: QRect, model: ModelInfo) -> None:
        """Draw likes and downloads, each in a column of its own; leaves the room before them."""
        room = area.width()
        for mark, count, least in (
            ("♥", model.likes, _ROOM_FOR_LIKES),
            ("↓", model.downloads, _ROOM_FOR_DOWNLOADS),
        ):
            if room < least:
                continue
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
