"""The picture with boxes and masks, as it is painted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.images.picture import Picture
from ailab.services.inference.predictions import Detection, Detections, Segment, Segmentation
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.services.results.label_colors import label_color
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.prediction_overlay import PredictionOverlay
from ailab.views.theme_colors import LIGHT

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it
Look = Callable[[QWidget, float, float], str]
GREY = "#808080"
EVERYTHING: frozenset[str] = frozenset()


@pytest.fixture
def canvas(dressed: QApplication, qtbot: QtBot, grey_picture: Picture) -> PictureCanvas:
    made = PictureCanvas(PredictionOverlay())
    qtbot.addWidget(made)
    made.resize(220, 120)  # the picture at full size, 10 pixels of margin
    made.set_picture(grey_picture)
    made.show()
    return made


def mixed(color: tuple[int, int, int], opacity: float) -> QColor:
    """A colour laid over grey."""
    return QColor(*(round(opacity * each + (1 - opacity) * 128) for each in color))


def is_near(name: str, color: QColor) -> bool:
    found = QColor(name)
    pairs = zip(found.getRgb(), color.getRgb(), strict=True)
    return all(abs((one or 0) - (other or 0)) <= 2 for one, other in pairs)


def show(canvas: PictureCanvas, whole: Segmentation | Detections, threshold: float) -> None:
    maps = SegmentMaps.of(whole) if isinstance(whole, Segmentation) else None
    canvas.overlay.set_prediction(whole, 200, 100, maps)
    canvas.overlay.filter(whole.above(threshold), EVERYTHING, threshold)


def test_that_the_picture_is_painted_where_the_viewport_says(
    canvas: PictureCanvas, look: Look
) -> None:
    assert look(canvas, 110, 60) == GREY
    assert look(canvas, 4, 60) == LIGHT.canvas
    assert canvas.percent == pytest.approx(100)


def test_that_masks_lie_over_their_regions_at_the_opacity_set(
    canvas: PictureCanvas, halves: Segmentation, look: Look
) -> None:
    show(canvas, halves, 0.5)
    canvas.overlay.set_opacity(0.4)
    assert is_near(look(canvas, 50, 60), mixed(label_color(0), 0.4))
    assert is_near(look(canvas, 170, 60), mixed(label_color(1), 0.4))
    assert look(canvas, 50, 15) == GREY
    canvas.overlay.set_opacity(1.0)
    assert is_near(look(canvas, 50, 60), QColor(*label_color(0)))


def test_that_the_threshold_hides_regions_and_single_pixels(
    canvas: PictureCanvas, halves: Segmentation, look: Look
) -> None:
    show(canvas, halves, 0.6)
    assert look(canvas, 170, 60) == GREY
    assert look(canvas, 50, 60) != GREY
    # The region itself is kept at 0.9, but no pixel of it is surer than 230 / 255.
    canvas.overlay.filter(halves.above(0.5), EVERYTHING, 0.905)
    assert look(canvas, 50, 60) == GREY
    canvas.overlay.filter(halves.above(0.5), EVERYTHING, 230 / 255)
    assert look(canvas, 50, 60) != GREY


def test_that_a_label_switched_off_is_not_painted(
    canvas: PictureCanvas, halves: Segmentation, look: Look
) -> None:
    show(canvas, halves, 0.5)
    canvas.overlay.filter(halves.above(0.5), frozenset({"nucleus"}), 0.5)
    assert look(canvas, 50, 60) == GREY
    assert look(canvas, 170, 60) != GREY


def test_that_the_other_regions_fade_beside_the_selected_one(
    canvas: PictureCanvas, halves: Segmentation, look: Look
) -> None:
    show(canvas, halves, 0.5)
    canvas.overlay.set_opacity(1.0)
    canvas.overlay.mark(2)
    assert is_near(look(canvas, 170, 60), QColor(*label_color(1)))
    assert not is_near(look(canvas, 50, 60), QColor(*label_color(0)))


def test_that_masks_stay_in_place_when_zoomed(
    canvas: PictureCanvas, halves: Segmentation, look: Look
) -> None:
    show(canvas, halves, 0.5)
    canvas.overlay.set_opacity(1.0)
    canvas.viewport.zoom_to(4.0, QPointF(110, 60))
    edge = canvas.viewport.to_view(100, 50)
    assert is_near(look(canvas, edge.x() - 2, edge.y()), QColor(*label_color(0)))
    assert is_near(look(canvas, edge.x() + 2, edge.y()), QColor(*label_color(1)))


def test_that_a_smaller_label_map_covers_the_whole_picture(
    canvas: PictureCanvas, look: Look
) -> None:
    small = Segmentation.pack(
        2, 1, bytes((0, 1)), bytes((255, 255)), (Segment(1, 3, "cell", 0.9, 0.5),)
    )
    show(canvas, small, 0.5)
    canvas.overlay.set_opacity(1.0)
    assert look(canvas, 100, 60) == GREY
    assert is_near(look(canvas, 120, 60), QColor(*label_color(3)))
    assert is_near(look(canvas, 208, 100), QColor(*label_color(3)))


@pytest.fixture
def objects() -> Detections:
    return Detections(
        (
            Detection(0, "nucleus", 0.9, (20.0, 30.0, 180.0, 90.0)),
            Detection(1, "mitosis", 0.6, (100.0, 50.0, 130.0, 80.0)),
        )
    )


def test_that_boxes_are_drawn_on_their_edges(
    canvas: PictureCanvas, objects: Detections, look: Look
) -> None:
    show(canvas, objects, 0.5)
    assert is_near(look(canvas, 30, 80), QColor(*label_color(0)))
    assert look(canvas, 60, 80) == GREY
    canvas.overlay.filter(objects.above(0.95), EVERYTHING, 0.95)
    assert look(canvas, 30, 80) == GREY


def test_that_a_turned_line_of_text_is_drawn_and_found_as_it_lies(
    canvas: PictureCanvas, look: Look
) -> None:
    corners = ((100.0, 20.0), (140.0, 60.0), (120.0, 80.0), (80.0, 40.0))
    line = Detection(0, "text", 0.9, (80.0, 20.0, 140.0, 80.0), corners)
    show(canvas, Detections((line,)), 0.5)

    def seen(x: float, y: float) -> str:
        place = canvas.viewport.to_view(x, y)
        return look(canvas, place.x(), place.y())

    for x, y in ((130, 70), (100, 60), (90, 50)):
        assert seen(x, y) != GREY
    assert seen(110, 50) == seen(85, 75) == GREY
    assert canvas.overlay.look_at(QPointF(110, 50)) == "text 90% · 60 × 60 pixels"
    assert canvas.overlay.look_at(QPointF(85, 75)) == ""
    canvas.overlay.mark(0)
    assert seen(110, 50) != GREY
    assert seen(85, 75) == GREY


def test_that_the_smallest_object_under_the_mouse_is_told_of(
    canvas: PictureCanvas, objects: Detections
) -> None:
    show(canvas, objects, 0.5)
    assert canvas.overlay.look_at(QPointF(110, 60)) == "mitosis 60% · 30 × 30 pixels"
    assert canvas.overlay.look_at(QPointF(60, 60)).startswith("nucleus 90%")
    assert canvas.overlay.look_at(QPointF(5, 5)) == ""
    canvas.overlay.filter(objects.above(0.7), EVERYTHING, 0.7)
    assert canvas.overlay.number_at(QPointF(110, 60)) == 0


def test_that_a_region_under_the_mouse_is_told_of(
    canvas: PictureCanvas, halves: Segmentation
) -> None:
    show(canvas, halves, 0.5)
    assert canvas.overlay.look_at(QPointF(20, 60)) == "nucleus · 90% sure here · 90% overall"
    assert canvas.overlay.look_at(QPointF(20, 2)) == ""
    assert canvas.overlay.look_at(QPointF(-20, 900)) == ""
    assert canvas.overlay.number_at(QPointF(150, 60)) == 2


def test_that_tags_of_tiny_crowded_objects_are_left_out(canvas: PictureCanvas, look: Look) -> None:
    crowd = Detections(
        tuple(
            Detection(2, "a long name", 0.9, (x * 20.0, y * 20.0, x * 20 + 8.0, y * 20 + 8.0))
            for x in range(10)
            for y in range(5)
        )
    )
    show(canvas, crowd, 0.5)
    # Between the boxes the picture stays free.
    assert look(canvas, 10 + 14, 10 + 14) == GREY


def test_that_space_hides_the_overlay_while_it_is_held_and_h_until_pressed_again(
    canvas: PictureCanvas, halves: Segmentation, look: Look
) -> None:
    show(canvas, halves, 0.5)
    GESTURES.keyPress(canvas, Qt.Key.Key_Space)
    assert look(canvas, 50, 60) == GREY
    GESTURES.keyRelease(canvas, Qt.Key.Key_Space)
    assert look(canvas, 50, 60) != GREY
    GESTURES.keyClick(canvas, Qt.Key.Key_H)
    assert look(canvas, 50, 60) == GREY
    GESTURES.keyClick(canvas, Qt.Key.Key_H)
    assert look(canvas, 50, 60) != GREY


def test_that_keys_zoom(canvas: PictureCanvas) -> None:
    GESTURES.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.percent == pytest.approx(125)
    GESTURES.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.percent == pytest.approx(100)
    canvas.resize(420, 220)
    GESTURES.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.percent == pytest.approx(200)


def test_that_dragging_moves_the_picture_and_clicking_selects(
    canvas: PictureCanvas, objects: Detections
) -> None:
    show(canvas, objects, 0.5)
    clicked: list[object] = []
    canvas.object_clicked.connect(clicked.append)
    GESTURES.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(120, 70))
    GESTURES.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    assert clicked == [1, None]
    canvas.viewport.zoom_to(4.0)
    before = canvas.viewport.target.topLeft()
    GESTURES.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 60))
    GESTURES.mouseMove(canvas, QPoint(130, 80))
    GESTURES.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(130, 80))
    assert canvas.viewport.target.topLeft() - before == QPointF(30, 20)
    assert len(clicked) == 2
