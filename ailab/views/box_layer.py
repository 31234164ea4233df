"""Detected objects, and places that were written down, over their picture."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ailab.services.inference.places.place import Box
from ailab.services.results.boxed_things import BoxedThing
from ailab.services.results.label_colors import text_color
from ailab.services.results.label_places import place_labels
from ailab.views.picture_viewport import PictureViewport

_MANY = 150
_TAG_PADDING = 4.0
_LONGEST_TAG = 220.0


class BoxLayer:
    """Draws boxes, and tags where they don't cover each other.

    The surest objects get their tags first, as `place_labels` has it. A tag for which there is no
    room is left out; it shows as soon as its object is under the mouse or selected.
    """

    def __init__(self) -> None:
        self._items: tuple[tuple[int, BoxedThing], ...] = ()
        self._marked: int | None = None
        self._hovered: int | None = None

    def show(self, items: Sequence[tuple[int, BoxedThing]]) -> None:
        """Draw these objects, each with its number, by descending score."""
        self._items = tuple(items)

    def mark(self, number: int | None) -> None:
        """Let one object stand out."""
        self._marked = number

    def hover(self, number: int | None) -> None:
        """Let the object under the mouse stand out too."""
        self._hovered = number

    def object_at(self, point: QPointF) -> tuple[int, BoxedThing] | None:
        """The smallest object shown whose box or outline holds a point of the picture."""
        hits = [each for each in self._items if _holds(each[1], point)]
        return min(hits, key=_area, default=None)

    def draw(
        self, painter: QPainter, viewport: PictureViewport, view: QRectF, opacity: float
    ) -> None:
        """Draw what lies in the view; lines keep their width at every zoom."""
        painter.save()
        marked = [each for each in self._items if each[0] in (self._marked, self._hovered)]
        seen = [(each, _seen(each[1], viewport)) for each in self._items]
        seen = [(each, box) for each, box in seen if box.intersects(view)]
        line = 1.0 if len(seen) > _MANY else 2.0
        is_faded = self._marked is not None and any(n == self._marked for n, _ in self._items)
        painter.setOpacity(opacity * (0.35 if is_faded else 1.0))
        # The surest last, so that it lies on top.
        for (_, item), box in reversed(seen):
            for shape in _shapes(item, viewport, box):
                _draw_shape(painter, shape, QColor(*item.color), line)
        if not is_faded:
            _draw_tags(painter, seen, view)
        painter.setOpacity(1.0)
        for each in marked:
            box = _seen(each[1], viewport)
            color = QColor(*each[1].color)
            fill = QColor(color)
            fill.setAlpha(50)
            for shape in _shapes(each[1], viewport, box):
                _draw_shape(painter, shape, color, 3.0, fill)
            _draw_tag(painter, _tag_places(painter, each[1], box, view)[0], each[1])
        painter.restore()


def _draw_tags(
    painter: QPainter, seen: Sequence[tuple[tuple[int, BoxedThing], QRectF]], view: QRectF
) -> None:
    def places_of(index: int) -> list[Box]:
        (_, item), box = seen[index]
        return [_corners(place) for place in _tag_places(painter, item, box, view)]

    boxes, are_lines = (
        [_corners(box) for _, box in seen],
        any(item.is_line for (_, item), _ in seen),
    )
    for index, (x0, y0, x1, y1) in place_labels(boxes, places_of, hold_words=are_lines):
        _draw_tag(painter, QRectF(x0, y0, x1 - x0, y1 - y0), seen[index][0][1])


def _corners(rect: QRectF) -> Box:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _rect(item: BoxedThing) -> QRectF:
    left, top, right, bottom = item.box
    return QRectF(left, top, right - left, bottom - top)


def _holds(item: BoxedThing, point: QPointF) -> bool:
    if not item.outlines or not _rect(item).contains(point):
        return _rect(item).contains(point)
    shapes = (QPolygonF(QPointF(x, y) for x, y in outline) for outline in item.outlines)
    return any(shape.containsPoint(point, Qt.FillRule.OddEvenFill) for shape in shapes)


def _area(each: tuple[int, BoxedThing]) -> float:
    rect = _rect(each[1])
    return rect.width() * rect.height()


def _seen(item: BoxedThing, viewport: PictureViewport) -> QRectF:
    left, top, right, bottom = item.box
    return QRectF(viewport.to_view(left, top), viewport.to_view(right, bottom))


def _shapes(
    item: BoxedThing, viewport: PictureViewport, box: QRectF
) -> Sequence[QRectF | QPolygonF]:
    """What is drawn around it, in the view: the turned rectangle, say, or else its box."""
    if not item.outlines:
        return [box]
    return [QPolygonF(viewport.to_view(x, y) for x, y in outline) for outline in item.outlines]


def _draw_shape(
    painter: QPainter,
    shape: QRectF | QPolygonF,
    color: QColor,
    line: float,
    fill: QColor | None = None,
) -> None:
    if fill is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        _trace(painter, shape)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if line > 1:
        # A dark line beneath keeps a bright one visible on a bright picture.
        painter.setPen(QPen(QColor(0, 0, 0, 130), line + 2, join=Qt.PenJoinStyle.MiterJoin))
        _trace(painter, shape)
    painter.setPen(QPen(color, line, join=Qt.PenJoinStyle.MiterJoin))
    _trace(painter, shape)


def _trace(painter: QPainter, shape: QRectF | QPolygonF) -> None:
    if isinstance(shape, QPolygonF):
        is_smooth = painter.testRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolygon(shape)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
    else:
        painter.drawRect(shape)


def _sure(item: BoxedThing) -> str:
    """How sure the model is, behind a space; empty where nothing tells it."""
    return "" if item.score is None else f" {item.score:.0%}"


def _tag_places(
    painter: QPainter, item: BoxedThing, box: QRectF, view: QRectF
) -> tuple[QRectF, QRectF, QRectF]:
    """Above the corner that it is named at, below, within; each moved into the view."""
    metrics = QFontMetricsF(painter.font())
    longest = max(min(_LONGEST_TAG, 0.4 * view.width()), 60.0)
    text = f"{item.label}{_sure(item)}"
    width = min(metrics.horizontalAdvance(text), longest) + 2 * _TAG_PADDING
    height = metrics.height() + 2.0
    left = box.left()
    if item.outlines and item.box[0] < item.box[2]:
        left += (item.named_at[0] - item.box[0]) / (item.box[2] - item.box[0]) * box.width()
    return (
        _into(QRectF(left - 1, box.top() - height - 1, width, height), view),
        _into(QRectF(left - 1, box.bottom() + 1, width, height), view),
        _into(QRectF(left + 1, box.top() + 1, width, height), view),
    )


def _into(tag: QRectF, view: QRectF) -> QRectF:
    left = max(min(tag.left(), view.right() - tag.width()), view.left())
    top = max(min(tag.top(), view.bottom() - tag.height()), view.top())
    return QRectF(left, top, tag.width(), tag.height())


def _draw_tag(painter: QPainter, place: QRectF, item: BoxedThing) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(*item.color))
    painter.drawRoundedRect(place, 3, 3)
    painter.setPen(QColor(*text_color(item.color)))
    room = place.marginsRemoved(QMarginsF(_TAG_PADDING, 0, _TAG_PADDING, 0))
    # A label may be a whole sentence; the score behind it must stay readable.
    score = _sure(item)
    metrics = QFontMetricsF(painter.font())
    label = metrics.elidedText(
        item.label, Qt.TextElideMode.ElideRight, room.width() - metrics.horizontalAdvance(score) + 1
    )
    painter.drawText(
        room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label + score
    )
