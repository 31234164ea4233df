"""Points and boxes that a person shows in a picture."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from ailab.viewmodels.prompt_shapes import Shape, ShownBox, ShownPoint
from ailab.views.picture_viewport import PictureViewport

_RADIUS = 7.0
_SIGN = 3.5
_CROSS = 14.0
_INSIDE = QColor("#128a3e")
_OUTSIDE = QColor("#c8281e")
_BOX = QColor("#2f7bf0")
_DARK = QColor(0, 0, 0, 150)
_WHITE = QColor(255, 255, 255)


class ShapeLayer:
    """Draws markers that keep their size at every zoom, readable on any picture.

    A point on the thing meant is a green plus, one beside it a red minus, so that the two are
    told apart without colours too.
    """

    def __init__(self) -> None:
        self._shapes: tuple[Shape, ...] = ()

    def show(self, shapes: Sequence[Shape]) -> None:
        """Draw these shapes, in pixels of the picture."""
        self._shapes = tuple(shapes)

    def draw(
        self,
        painter: QPainter,
        viewport: PictureViewport,
        draft: ShownBox | None = None,
        cross: QPointF | None = None,
    ) -> None:
        """Draw the shapes over the picture.

        Args:
            painter: of the view.
            viewport: where the picture lies.
            draft: a box that is being drawn.
            cross: where the keyboard would draw.
        """
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = [shape for shape in self._shapes if isinstance(shape, ShownBox)]
        for box in boxes:
            _draw_box(painter, _rect(box, viewport), Qt.PenStyle.SolidLine)
        if draft is not None:
            _draw_box(painter, _rect(draft, viewport), Qt.PenStyle.DashLine)
        for shape in self._shapes:
            if isinstance(shape, ShownPoint):
                _draw_point(painter, viewport.to_view(shape.x, shape.y), shape.is_inside)
        if cross is not None:
            _draw_cross(painter, viewport.to_view(cross.x(), cross.y()))
        painter.restore()


def _rect(box: ShownBox, viewport: PictureViewport) -> QRectF:
    return QRectF(viewport.to_view(box.left, box.top), viewport.to_view(box.right, box.bottom))


def _draw_box(painter: QPainter, rect: QRectF, style: Qt.PenStyle) -> None:
    painter.setBrush(QColor(_BOX.red(), _BOX.green(), _BOX.blue(), 30))
    painter.setPen(QPen(_WHITE, 4.0, join=Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(rect)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_BOX, 2.0, style, join=Qt.PenJoinStyle.MiterJoin))
    painter.drawRect(rect)
    # Corners set it off from the boxes that a model found.
    painter.setBrush(_WHITE)
    painter.setPen(QPen(_BOX, 2.0))
    for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
        painter.drawRect(QRectF(corner.x() - 3, corner.y() - 3, 6, 6))


def _draw_point(painter: QPainter, place: QPointF, is_inside: bool) -> None:
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(_WHITE)
    painter.drawEllipse(place, _RADIUS + 2, _RADIUS + 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_INSIDE if is_inside else _OUTSIDE)
    painter.drawEllipse(place, _RADIUS, _RADIUS)
    painter.setPen(QPen(_WHITE, 2.0, cap=Qt.PenCapStyle.FlatCap))
    across, down = QPointF(_SIGN, 0), QPointF(0, _SIGN)
    painter.drawLine(QLineF(place - across, place + across))
    if is_inside:
        painter.drawLine(QLineF(place - down, place + down))


def _draw_cross(painter: QPainter, place: QPointF) -> None:
    across, down = QPointF(_CROSS, 0), QPointF(0, _CROSS)
    for color, width in ((_DARK, 4.0), (_WHITE, 2.0)):
        painter.setPen(QPen(color, width, cap=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(place - across, place + across))
        painter.drawLine(QLineF(place - down, place + down))
