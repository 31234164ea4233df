"""Keypoints over their picture."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from ailab.services.inference.keypoints import Keypoint, Pose
from ailab.services.results.label_colors import label_color
from ailab.views.picture_viewport import PictureViewport

_REACH = 12.0
_POINT, _SMALL_POINT = 9.0, 6.0
_MANY = 200
_POINTS_ACROSS = 16
_LINE, _RIM = 2.5, 2.0
_SHADE = QColor(0, 0, 0, 150)


class KeypointLayer:
    """Draws points, the lines between them, and a box around each thing that has one.

    Points and lines keep their size at every zoom.

    Args:
        edges: pairs of names' indices that are joined by a line.
        is_named: False for points of interest, which are drawn small.
    """

    def __init__(self, edges: Sequence[tuple[int, int]], *, is_named: bool) -> None:
        self._edges = tuple(edges)
        self._is_named = is_named
        self._poses: tuple[tuple[int, Pose], ...] = ()
        self._marked: int | None = None
        self._hovered: int | None = None
        self._scale = 1.0

    def show(self, poses: Sequence[tuple[int, Pose]]) -> None:
        """Draw these poses, each with its number, by descending score."""
        self._poses = tuple(poses)

    def mark(self, number: int | None) -> None:
        """Let one pose stand out."""
        self._marked = number

    def hover(self, number: int | None) -> None:
        """Let the pose under the mouse stand out too."""
        self._hovered = number

    def point_at(self, place: QPointF) -> tuple[int, Keypoint] | None:
        """The number of the pose and the point within reach of a place of the picture."""
        reach = _REACH / self._scale
        near = (
            (abs(point.x - place.x()) + abs(point.y - place.y()), number, point)
            for number, pose in self._poses
            for point in pose.points
            if abs(point.x - place.x()) < reach and abs(point.y - place.y()) < reach
        )
        best = min(near, key=lambda each: each[0], default=None)
        return None if best is None else best[1:]

    def pose_at(self, place: QPointF) -> tuple[int, Pose] | None:
        """The pose whose point, or else whose box, is at a place; of several boxes the smallest."""
        hit = self.point_at(place)
        if hit is not None:
            return next(each for each in self._poses if each[0] == hit[0])
        inside = [each for each in self._poses if _extent(each[1]).contains(place)]
        return min(inside, key=lambda each: _area(_extent(each[1])), default=None)

    def draw(
        self, painter: QPainter, viewport: PictureViewport, view: QRectF, opacity: float
    ) -> None:
        """Draw what lies in the view."""
        self._scale = viewport.scale
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_faded = any(number == self._marked for number, _ in self._poses)
        # The surest last, so that it lies on top.
        for number, pose in reversed(self._poses):
            stands_out = number in (self._marked, self._hovered)
            painter.setOpacity(1.0 if stands_out else opacity * (0.3 if is_faded else 1.0))
            self._draw_pose(painter, viewport, view, number, pose, stands_out=stands_out)
        painter.restore()

    def _draw_pose(
        self,
        painter: QPainter,
        viewport: PictureViewport,
        view: QRectF,
        number: int,
        pose: Pose,
        *,
        stands_out: bool,
    ) -> None:
        color = QColor(*label_color(number))
        extra = 1.0 if stands_out and self._is_named else 0.0
        if pose.box is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.0 + extra))
            painter.drawRect(_seen(pose.box, viewport))
        places = {point.name: viewport.to_view(point.x, point.y) for point in pose.points}
        lines = [
            QLineF(places[start], places[end])
            for start, end in self._edges
            if start in places and end in places
        ]
        if lines:
            painter.setPen(_pen(_SHADE, _LINE + extra + _RIM))
            painter.drawLines(*lines)
            painter.setPen(_pen(color, _LINE + extra))
            painter.drawLines(*lines)
        room = view.adjusted(-_POINT, -_POINT, _POINT, _POINT)
        spots = (viewport.to_view(point.x, point.y) for point in pose.points)
        dots = QPolygonF([spot for spot in spots if room.contains(spot)])
        size = self._point_size(pose, viewport.scale) + extra
        painter.setPen(_pen(_SHADE, size))
        painter.drawPoints(dots)
        painter.setPen(_pen(color, size - _RIM))
        painter.drawPoints(dots)

    def _point_size(self, pose: Pose, scale: float) -> float:
        """Small for points of interest, and where a thing would be hidden by its points."""
        if not self._is_named or len(pose.points) > _MANY:
            return _SMALL_POINT
        extent = _extent(pose)
        if extent.isEmpty():
            return _POINT
        room = max(extent.width(), extent.height()) * scale / _POINTS_ACROSS
        return max(_SMALL_POINT, min(_POINT, room))


def _pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, cap=Qt.PenCapStyle.RoundCap)


def _seen(box: tuple[float, float, float, float], viewport: PictureViewport) -> QRectF:
    return QRectF(viewport.to_view(box[0], box[1]), viewport.to_view(box[2], box[3]))


def _extent(pose: Pose) -> QRectF:
    """The pose's box, in pixels of the picture; empty where it has none."""
    if pose.box is None:
        return QRectF()
    left, top, right, bottom = pose.box
    return QRectF(left, top, right - left, bottom - top)


def _area(rect: QRectF) -> float:
    return rect.width() * rect.height()
