"""Points and boxes, drawn in the picture by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.images.picture import Picture
from ailab.services.inference.predictions import Detection, Detections
from ailab.viewmodels.prompt_shapes import PromptTool, ShownBox, ShownPoint
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.prediction_overlay import PredictionOverlay

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it
Look = Callable[[QWidget, float, float], str]
LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
ALT = Qt.KeyboardModifier.AltModifier
GREY, GREEN, RED, BLUE, WHITE = "#808080", "#128a3e", "#c8281e", "#2f7bf0", "#ffffff"


class Drawn:
    """What a canvas has told."""

    def __init__(self, canvas: PictureCanvas) -> None:
        self.points: list[tuple[float, float, bool]] = []
        self.boxes: list[tuple[float, float, float, float]] = []
        self.undone = 0
        self.tools: list[object] = []
        self.clicked: list[object] = []
        canvas.shapes.point_added.connect(lambda x, y, inside: self.points.append((x, y, inside)))
        canvas.shapes.box_added.connect(lambda *box: self.boxes.append(box))
        canvas.shapes.undo_wanted.connect(self.count)
        canvas.shapes.tool_wanted.connect(self.tools.append)
        canvas.object_clicked.connect(self.clicked.append)

    def count(self) -> None:
        self.undone += 1


@pytest.fixture
def canvas(dressed: QApplication, qtbot: QtBot, grey_picture: Picture) -> PictureCanvas:
    made = PictureCanvas(PredictionOverlay())
    qtbot.addWidget(made)
    made.resize(220, 120)  # the picture at full size, 10 pixels of margin
    made.set_picture(grey_picture)
    made.show()
    made.draw_with(PromptTool.INSIDE)
    return made


@pytest.fixture
def drawn(canvas: PictureCanvas) -> Drawn:
    return Drawn(canvas)


def drag(
    canvas: PictureCanvas,
    start: tuple[int, int],
    end: tuple[int, int],
    button: Qt.MouseButton = LEFT,
) -> None:
    GESTURES.mousePress(canvas, button, pos=QPoint(*start))
    GESTURES.mouseMove(canvas, QPoint((start[0] + end[0]) // 2, (start[1] + end[1]) // 2))
    GESTURES.mouseMove(canvas, QPoint(*end))
    GESTURES.mouseRelease(canvas, button, pos=QPoint(*end))


def press(canvas: PictureCanvas, *keys: Qt.Key) -> None:
    for key in keys:
        GESTURES.keyClick(canvas, key)


def test_that_a_click_sets_a_point_and_chooses_no_object(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    canvas.overlay.set_prediction(Detections((Detection(0, "a", 0.9, (0, 0, 200, 100)),)), 200, 100)
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    GESTURES.mouseClick(canvas, RIGHT, pos=QPoint(70, 50))
    GESTURES.mouseClick(canvas, LEFT, ALT, QPoint(80, 60))
    assert drawn.points == [(50, 30, True), (60, 40, False), (70, 50, False)]
    assert not drawn.clicked
    canvas.draw_with(PromptTool.OUTSIDE)
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    assert drawn.points[-1] == (50, 30, False)


def test_that_points_are_told_in_pixels_of_the_picture_at_every_zoom(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    canvas.viewport.zoom_to(4.0, QPointF(110, 60))
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(118, 60))
    assert drawn.points == [(102, 50, True)]


def test_that_two_quick_clicks_are_two_points_and_no_zoom(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    GESTURES.mouseDClick(canvas, LEFT, pos=QPoint(61, 40))
    GESTURES.mouseRelease(canvas, LEFT, pos=QPoint(61, 40))
    assert [point[0] for point in drawn.points] == [50, 51]
    assert canvas.viewport.is_fitted


def test_that_nothing_is_set_beside_the_picture(canvas: PictureCanvas, drawn: Drawn) -> None:
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(4, 4))
    GESTURES.mouseClick(canvas, RIGHT, pos=QPoint(215, 60))
    assert not drawn.points


def test_that_without_a_tool_a_click_chooses_objects_as_ever(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    for tool in (PromptTool.MOVE, None):
        canvas.draw_with(tool)
        GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
        GESTURES.mouseClick(canvas, RIGHT, pos=QPoint(60, 40))
    assert drawn.clicked == [None, None]
    assert not drawn.points


def test_that_dragging_draws_a_box_that_stays_in_the_picture(
    canvas: PictureCanvas, drawn: Drawn, look: Look
) -> None:
    canvas.draw_with(PromptTool.BOX)
    drag(canvas, (60, 50), (30, 20))
    drag(canvas, (150, 60), (500, 500))
    assert drawn.boxes == [(20, 10, 50, 40), (140, 50, 200, 100)]
    GESTURES.mousePress(canvas, LEFT, pos=QPoint(60, 40))
    GESTURES.mouseMove(canvas, QPoint(120, 90))
    assert look(canvas, 90, 89) != GREY, "a rubber band is seen while it is drawn"
    GESTURES.mouseRelease(canvas, LEFT, pos=QPoint(120, 90))
    assert look(canvas, 90, 89) == GREY, "what is kept is shown by who keeps it"


def test_that_a_click_is_no_box_and_escape_leaves_one_off(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    canvas.draw_with(PromptTool.BOX)
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    GESTURES.mousePress(canvas, LEFT, pos=QPoint(60, 40))
    GESTURES.mouseMove(canvas, QPoint(120, 90))
    assert canvas.shapes.drop()
    GESTURES.mouseRelease(canvas, LEFT, pos=QPoint(120, 90))
    assert not canvas.shapes.drop()
    assert not drawn.boxes


@pytest.mark.parametrize("tool", [PromptTool.INSIDE, PromptTool.BOX])
def test_that_space_or_the_middle_button_moves_the_picture(
    canvas: PictureCanvas, drawn: Drawn, tool: PromptTool
) -> None:
    canvas.draw_with(tool)
    canvas.viewport.zoom_to(4.0)
    before = canvas.viewport.target.topLeft()
    drag(canvas, (100, 60), (130, 80), MIDDLE)
    assert canvas.viewport.target.topLeft() - before == QPointF(30, 20)
    GESTURES.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    drag(canvas, (100, 60), (90, 50))
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    GESTURES.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.viewport.target.topLeft() - before == QPointF(20, 10)
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    assert not drawn.points
    assert not drawn.boxes


def test_that_dragging_with_a_point_moves_the_picture_too(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    canvas.viewport.zoom_to(4.0)
    before = canvas.viewport.target.topLeft()
    drag(canvas, (100, 60), (130, 80))
    assert canvas.viewport.target.topLeft() - before == QPointF(30, 20)
    assert not drawn.points


def test_that_space_held_while_the_keyboard_goes_elsewhere_is_let_go(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    GESTURES.keyPress(canvas, Qt.Key.Key_Space)
    canvas.setFocus()
    canvas.clearFocus()
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    assert len(drawn.points) == 1


def test_that_markers_keep_their_size_and_tell_inside_from_outside(
    canvas: PictureCanvas, look: Look
) -> None:
    canvas.shapes.layer.show((ShownPoint(50, 50), ShownPoint(150, 50, is_inside=False)))
    for scale in (1.0, 4.0):
        canvas.viewport.zoom_to(scale, QPointF(60, 60))
        inside = canvas.viewport.to_view(50, 50)
        assert look(canvas, inside.x() + 5, inside.y()) == GREEN
        assert look(canvas, inside.x(), inside.y() - 2) == WHITE, "a plus"
        assert look(canvas, inside.x() + 14, inside.y()) == GREY
    canvas.viewport.zoom_to(1.0, QPointF(60, 60))
    outside = canvas.viewport.to_view(150, 50)
    assert look(canvas, outside.x() + 5, outside.y()) == RED
    assert look(canvas, outside.x(), outside.y() - 3) == RED, "a minus"
    canvas.draw_with(None)
    assert look(canvas, outside.x() + 5, outside.y()) == GREY


def test_that_boxes_shown_stay_on_their_edges_when_zoomed(
    canvas: PictureCanvas, look: Look
) -> None:
    canvas.shapes.layer.show((ShownBox(40, 30, 120, 70),))
    for scale in (1.0, 3.0):
        canvas.viewport.zoom_to(scale, QPointF(50, 60))
        edge = canvas.viewport.to_view(40, 50)
        assert look(canvas, edge.x(), edge.y()) == BLUE
        assert look(canvas, edge.x() - 6, edge.y()) == GREY


def test_that_keys_take_back_and_choose_tools(canvas: PictureCanvas, drawn: Drawn) -> None:
    press(canvas, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
    GESTURES.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert drawn.undone == 3
    press(canvas, Qt.Key.Key_I, Qt.Key.Key_O, Qt.Key.Key_B, Qt.Key.Key_M)
    assert drawn.tools == list(PromptTool)
    canvas.draw_with(None)
    press(canvas, Qt.Key.Key_Backspace, Qt.Key.Key_B)
    assert (drawn.undone, len(drawn.tools)) == (3, 4)


def test_that_arrows_and_enter_draw_without_a_mouse(
    canvas: PictureCanvas, drawn: Drawn, look: Look
) -> None:
    press(canvas, Qt.Key.Key_Return)
    assert not drawn.points, "nothing is set before it is seen where"
    press(canvas, Qt.Key.Key_Right)
    assert look(canvas, 110, 60) == WHITE, "a cross in the middle of what is seen"
    press(canvas, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return)
    GESTURES.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    press(canvas, Qt.Key.Key_Enter)
    assert drawn.points == [(108, 42, True), (107, 42, True)]
    canvas.draw_with(PromptTool.BOX)
    press(canvas, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Down)
    press(canvas, Qt.Key.Key_Backspace)
    assert drawn.undone == 0, "the corner is taken back first"
    press(canvas, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Down)
    press(canvas, Qt.Key.Key_Return)
    assert drawn.boxes == [(92, 50, 100, 58)]


def test_that_the_cross_stays_in_the_picture(canvas: PictureCanvas, drawn: Drawn) -> None:
    press(canvas, *[Qt.Key.Key_Left] * 40, Qt.Key.Key_Return)
    assert drawn.points == [(0, 50, True)]


def test_that_nothing_is_drawn_while_there_is_no_picture(
    canvas: PictureCanvas, drawn: Drawn
) -> None:
    canvas.set_picture(None)
    GESTURES.mouseClick(canvas, LEFT, pos=QPoint(60, 40))
    press(canvas, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Backspace)
    assert not drawn.points
    assert drawn.undone == 0


def test_that_the_keys_are_told_to_those_who_do_not_see(canvas: PictureCanvas) -> None:
    assert "Enter sets a point" in canvas.accessibleDescription()
    canvas.draw_with(None)
    assert "Enter" not in canvas.accessibleDescription()
