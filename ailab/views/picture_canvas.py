"""The picture with its overlay, to be looked at closely."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QWidget

from ailab.services.images.picture import Picture
from ailab.viewmodels.prompt_shapes import PromptTool
from ailab.views.picture_frame import draw_focus, draw_invitation
from ailab.views.picture_hint import draw_hint
from ailab.views.picture_layer import PictureLayer
from ailab.views.picture_viewport import PictureViewport
from ailab.views.prediction_overlay import PredictionOverlay
from ailab.views.shape_tool import SHAPE_KEYS, ShapeTool
from ailab.views.theme_colors import colors_for

_STEP, _REST_MS, _DRAG = 1.25, 80, 4.0
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
_KEYS = "Plus and minus zoom, 0 fits, 1 is full size, H hides results"


class PictureCanvas(QWidget):
    """Shows a picture fitted or zoomed, its overlay above it.

    Wheel, pinch, `+` and `-` zoom; `0` fits, `1` shows one picture pixel per screen pixel;
    dragging moves; `H` hides the overlay, holding Space hides it for a moment. Where shapes are
    drawn, dragging with the middle button, or with Space held, moves.

    Signals:
        zoomed(percent): the zoom changed; 100 is one screen pixel per picture pixel.
        moved(): the person zoomed or moved the picture.
        overlay_toggled(is_shown): the person hid or showed the overlay.
        object_clicked(number): an object, or None beside all of them.
    """

    zoomed = pyqtSignal(float)
    moved = pyqtSignal()
    overlay_toggled = pyqtSignal(bool)
    object_clicked = pyqtSignal(object)

    def __init__(self, overlay: PredictionOverlay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.overlay = overlay
        self.viewport = PictureViewport()
        self.shapes = ShapeTool(self.viewport, self)
        self._layer: PictureLayer | None = None
        self._is_overlay_shown = True
        self._is_peeking = False
        self._is_moving = False
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None
        self._hint = ""
        self._is_inviting = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Picture")
        self.setAccessibleDescription(_KEYS)

    @property
    def percent(self) -> float:
        """The zoom; 100 is one screen pixel per picture pixel."""
        return 100 * self.viewport.scale * self.devicePixelRatioF()

    def set_picture(self, picture: Picture | None) -> None:
        """Show a picture, or none."""
        self._layer = None if picture is None else PictureLayer(picture)
        if picture is not None:
            self.viewport.set_picture_size(picture.full_width, picture.full_height)
        self._hint = ""
        self.zoomed.emit(self.percent)
        self.update()

    def draw_with(self, tool: PromptTool | None) -> None:
        """Draw shapes with a tool; None where none can be drawn."""
        self.shapes.use(tool)
        self.setAccessibleDescription(_KEYS if tool is None else f"{_KEYS}. {SHAPE_KEYS}")
        self._show_cursor()
        self.update()

    def invite(self, is_inviting: bool) -> None:
        """Draw the border of a place to drop something."""
        self._is_inviting = is_inviting
        self.update()

    def show_overlay(self, is_shown: bool) -> None:
        """Show or hide what was found."""
        if is_shown != self._is_overlay_shown:
            self._is_overlay_shown = is_shown
            self.overlay_toggled.emit(is_shown)
            self.update()

    def zoom_in(self) -> None:
        """Zoom in on the middle."""
        self._zoom(self.viewport.scale * _STEP)

    def zoom_out(self) -> None:
        """Zoom out from the middle."""
        self._zoom(self.viewport.scale / _STEP)

    def fit(self) -> None:
        """Show the whole picture."""
        self.viewport.fit()
        self._moved()

    def show_full_size(self) -> None:
        """Show one picture pixel per screen pixel."""
        self._zoom(1 / self.devicePixelRatioF())

    def redraw(self) -> None:
        """Draw what was moved: roughly, and well once that rests."""
        self._rest.start()
        self.zoomed.emit(self.percent)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Draw picture, overlay, and what is under the mouse."""
        painter = QPainter(self)
        colors = colors_for(self.palette())
        painter.fillRect(self.rect(), QColor(colors.canvas))
        if self._layer is not None:
            self._draw_picture(painter, self._layer)
        if self._is_inviting:
            draw_invitation(painter, self.rect(), colors)
        if self.hasFocus():
            draw_focus(painter, self.rect(), colors)

    def _draw_picture(self, painter: QPainter, layer: PictureLayer) -> None:
        ratio, quickly = self.devicePixelRatioF(), self._rest.isActive()
        layer.draw(painter, self.viewport, ratio, quickly=quickly)
        if self._is_overlay_shown and not self._is_peeking:
            self.overlay.draw(painter, self.viewport, QRectF(self.rect()), ratio, quickly=quickly)
            draw_hint(painter, self._hint, self.rect())
        self.shapes.draw(painter)

    def resizeEvent(self, _event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keep the picture fitted, or its middle where it was."""
        self.viewport.set_view_size(self.width(), self.height())
        self.zoomed.emit(self.percent)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802 - Qt's name
        """Zoom at the mouse."""
        if event is not None and self._layer is not None:
            turn = event.angleDelta().y() or event.angleDelta().x()
            self._zoom(self.viewport.scale * _STEP ** (turn / 120), event.position())
            event.accept()

    def event(self, event: QEvent | None) -> bool:
        """Zoom by pinching, where the system tells of it."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._zoom(self.viewport.scale * (1 + event.value()), event.position())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Begin to move the picture, to click an object, or to draw."""
        if event is None:
            return
        if self._draws(event) and self.shapes.press(event):
            self.update()
        elif event.button() in _BUTTONS or self._draws(event):
            self._pressed = self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Move the picture, draw, or tell what is under the mouse."""
        if event is None or self._layer is None:
            return
        if self.shapes.move(event):
            self.update()
            return
        if self._pressed is None or self._dragged is None:
            self._look_at(event.position())
            return
        if (event.position() - self._pressed).manhattanLength() >= _DRAG:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.viewport.pan(event.position() - self._dragged)
        self._dragged = event.position()
        self._moved()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """End moving, draw, or select the object under the mouse."""
        if event is not None and self.shapes.release(event):
            self.update()
        if event is None or self._pressed is None:
            return
        is_click = (event.position() - self._pressed).manhattanLength() < _DRAG
        self._pressed = self._dragged = None
        self._show_cursor()
        if is_click and self._draws(event):
            self.shapes.click(event)
        elif is_click and event.button() == Qt.MouseButton.LeftButton and self._layer is not None:
            point = self.viewport.to_picture(event.position())
            self.object_clicked.emit(self.overlay.number_at(point))

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Go to full size at the mouse, or back to the whole picture."""
        if event is None or self._layer is None:
            return
        if self._draws(event):
            self.mousePressEvent(event)  # the second of two quick points
        elif self.viewport.is_fitted:
            self._zoom(1 / self.devicePixelRatioF(), event.position())
        else:
            self.fit()

    def leaveEvent(self, _event: QEvent | None) -> None:  # noqa: N802 - Qt's name
        """Forget what was under the mouse."""
        self.overlay.look_away()
        self._hint = ""
        self.update()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:  # noqa: N802 - Qt's name
        """Let Space go, whose release comes to somebody else now."""
        self._hold_space(False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Zoom, hide the overlay, or draw."""
        if event is None:
            return
        if self._layer is not None and self.shapes.press_key(event):
            self.update()
            return
        actions = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.show_full_size,
        }
        key = Qt.Key(event.key())
        if key in actions:
            actions[key]()
        elif key == Qt.Key.Key_H:
            self.show_overlay(not self._is_overlay_shown)
        elif key == Qt.Key.Key_Space:
            self._hold_space(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Show the overlay again, or draw again, when Space is let go."""
        if event is not None and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            super().keyReleaseEvent(event)

    def _hold_space(self, is_held: bool) -> None:
        self._is_moving = is_held  # where it would else draw
        self._is_peeking = is_held and not self.shapes.is_drawing
        self._show_cursor()
        self.update()

    def _draws(self, event: QMouseEvent) -> bool:
        """True where a button of the mouse draws, instead of moving or choosing."""
        return (
            self.shapes.is_drawing
            and not self._is_moving
            and self._layer is not None
            and event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        )

    def _show_cursor(self) -> None:
        if not self.shapes.is_drawing:
            self.unsetCursor()
        else:
            shape = Qt.CursorShape
            self.setCursor(shape.OpenHandCursor if self._is_moving else shape.CrossCursor)

    def _zoom(self, scale: float, fixed: QPointF | None = None) -> None:
        self.viewport.zoom_to(scale, fixed)
        self._moved()

    def _moved(self) -> None:
        self.redraw()
        self.moved.emit()

    def _look_at(self, position: QPointF) -> None:
        before, self._hint = self._hint, self.overlay.look_at(self.viewport.to_picture(position))
        if before or self._hint:
            self.update()
