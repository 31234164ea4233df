"""Drawing points and boxes in a picture, by mouse and by keyboard."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter

from ailab.viewmodels.prompt_shapes import PromptTool, ShownBox
from ailab.views.picture_viewport import PictureViewport
from ailab.views.shape_layer import ShapeLayer

SHAPE_KEYS = (
    "Arrows move a cross, Enter sets a point or a corner, Backspace takes the last shape away, "
    "I, O, B and M choose the tool"
)
"""The keys, for those who cannot see what they do."""

_STEP = 8.0
_KEYS = {
    Qt.Key.Key_I: PromptTool.INSIDE,
    Qt.Key.Key_O: PromptTool.OUTSIDE,
    Qt.Key.Key_B: PromptTool.BOX,
    Qt.Key.Key_M: PromptTool.MOVE,
}
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ERASE = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_LEAST = 3.0


class ShapeTool(QObject):
    """What the mouse and the keys draw over a picture.

    A click sets a point, with the right button or with Alt one that is not on the thing meant.
    With the box tool dragging draws a box. `I`, `O`, `B` and `M` choose the tool; the arrows move
    a cross (with Shift by one pixel), at which Enter sets a point or a corner of a box.

    Args:
        viewport: where the picture lies.
        parent: it lives as long as this.

    Attributes:
        layer: draws what was drawn.

    Signals:
        point_added(x, y, is_inside): in pixels of the picture.
        box_added(left, top, right, bottom): in pixels of the picture.
        undo_wanted(): the last shape is to go.
        tool_wanted(tool): another `PromptTool` is to be used.
    """

    point_added = pyqtSignal(float, float, bool)
    box_added = pyqtSignal(float, float, float, float)
    undo_wanted = pyqtSignal()
    tool_wanted = pyqtSignal(object)

    def __init__(self, viewport: PictureViewport, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer = ShapeLayer()
        self._viewport = viewport
        self._tool: PromptTool | None = None
        self._corner: QPointF | None = None
        self._other = QPointF()
        self._cross: QPointF | None = None

    @property
    def is_drawing(self) -> bool:
        """A click or a drag draws something, instead of moving the picture or choosing objects."""
        return self._tool not in (None, PromptTool.MOVE)

    def use(self, tool: PromptTool | None) -> None:
        """Take a tool, or None where nothing can be drawn."""
        if tool is not self._tool:
            self._tool = tool
            self.drop()

    def drop(self) -> bool:
        """Leave off the box that is being drawn; False where there was none."""
        had_draft = self._corner is not None
        self._corner = self._cross = None
        return had_draft

    def draw(self, painter: QPainter) -> None:
        """Draw the shapes, and what is being drawn."""
        if self._tool is not None:
            self.layer.draw(painter, self._viewport, self._draft(), self._cross)

    def press(self, event: QMouseEvent) -> bool:
        """Begin a box; False where the press has another meaning."""
        if self._tool is not PromptTool.BOX or event.button() != Qt.MouseButton.LeftButton:
            return False
        self._cross = None
        self._corner = self._other = self._inside(event.position())
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Stretch the box that is being drawn; False where there is none."""
        if self._corner is None or self._cross is not None:
            return False
        self._other = self._inside(event.position())
        return True

    def release(self, event: QMouseEvent) -> bool:
        """End the box that is being drawn; False where there is none."""
        is_other = event.button() != Qt.MouseButton.LeftButton
        if self._corner is None or self._cross is not None or is_other:
            return False
        self._other = self._inside(event.position())
        self._end_box()
        return True

    def click(self, event: QMouseEvent) -> None:
        """Set a point, where the picture is."""
        place = self._viewport.to_picture(event.position())
        if self._tool not in (PromptTool.INSIDE, PromptTool.OUTSIDE) or not self._holds(place):
            return
        self._cross = None
        is_other = (
            event.button() == Qt.MouseButton.RightButton
            or event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        self._set_point(place, is_inside=self._tool is PromptTool.INSIDE and not is_other)

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key does; False where it means nothing here."""
        key = Qt.Key(event.key())
        if self._tool is None:
            return False
        if key in _KEYS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.tool_wanted.emit(_KEYS[key])
        elif key in _ERASE or event.matches(QKeySequence.StandardKey.Undo):
            if not self.drop():
                self.undo_wanted.emit()
        elif key in _STEPS and self.is_drawing:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(*_STEPS[key], 1.0 if is_fine else _STEP / self._viewport.scale)
        elif key in _ENTER and self._cross is not None:
            self._set_at(self._cross)
        else:
            return False
        return True

    def _step(self, across: int, down: int, length: float) -> None:
        if self._cross is None:
            self._cross = self._viewport.visible().center()
        else:
            moved = self._cross + QPointF(across, down) * length
            self._cross = self._within(moved)
        self._other = self._cross

    def _set_at(self, place: QPointF) -> None:
        if self._tool is not PromptTool.BOX:
            self._set_point(place, is_inside=self._tool is PromptTool.INSIDE)
        elif self._corner is None:
            self._corner = self._other = place
        else:
            self._end_box()

    def _set_point(self, place: QPointF, *, is_inside: bool) -> None:
        self.point_added.emit(place.x(), place.y(), is_inside)

    def _end_box(self) -> None:
        draft, self._corner = self._draft(), None
        if draft is None:
            return
        least = min(draft.right - draft.left, draft.bottom - draft.top) * self._viewport.scale
        if least >= _LEAST:  # else it was a click
            self.box_added.emit(draft.left, draft.top, draft.right, draft.bottom)

    def _draft(self) -> ShownBox | None:
        if self._corner is None:
            return None
        first, other = self._corner, self._other
        return ShownBox.between(first.x(), first.y(), other.x(), other.y())

    def _inside(self, position: QPointF) -> QPointF:
        return self._within(self._viewport.to_picture(position))

    def _within(self, place: QPointF) -> QPointF:
        picture = self._picture()
        return QPointF(
            min(max(place.x(), 0.0), picture.width()), min(max(place.y(), 0.0), picture.height())
        )

    def _holds(self, place: QPointF) -> bool:
        return self._picture().contains(place)

    def _picture(self) -> QRectF:
        whole = self._viewport.target
        return QRectF(QPointF(), whole.size() / self._viewport.scale)
