"""Keypoints over their picture, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.results.label_colors import label_color
from ailab.views.found_list import FoundList
from ailab.views.picture_view import PictureView
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

Look = Callable[[QWidget, float, float], str]
# The fakes' pictures have 320 × 240 pixels.
TWO = Keypoints(
    (
        Pose(0.9, (Keypoint(60, 60, 0.9, 0), Keypoint(120, 60, 0.4, 1)), (40, 40, 140, 120), "cat"),
        Pose(0.6, (Keypoint(200, 160, 0.6, 0), Keypoint(260, 160, 0.6, 1)), (180, 140, 280, 220)),
    ),
    ("ear", "tail"),
    ((0, 1),),
)
INTEREST = Keypoints((Pose(0.8, (Keypoint(100, 100, 0.8), Keypoint(200, 100, 0.2))),))


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> PictureView:
    made = PictureView(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(700, 560)
    made.set_opacity(100)
    made.show()
    return made


def place(view: PictureView, x: float, y: float) -> tuple[float, float]:
    at = view.canvas.viewport.to_view(x, y)
    return at.x(), at.y()


def color(number: int) -> str:
    return QColor(*label_color(number)).name()


def told(rows: FoundList) -> list[tuple[str, str, str]]:
    return [(row.label, row.value, row.detail) for row in rows.rows.rows]


async def run(lab: Lab, found: Keypoints, threshold: float = 0.3) -> None:
    lab.inference.prediction = found
    await lab.run("a.png")
    lab.view_model.results.set_threshold(threshold)


async def test_that_points_and_lines_have_their_poses_colour(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await run(lab, TWO)
    assert look(view.canvas, *place(view, 60, 60)) == color(0)
    assert look(view.canvas, *place(view, 90, 60)) == color(0)  # the line between
    assert look(view.canvas, *place(view, 230, 160)) == color(1)
    lab.view_model.results.set_threshold(0.5)  # one end of the first line goes
    assert look(view.canvas, *place(view, 60, 60)) == color(0)
    assert look(view.canvas, *place(view, 90, 60)) != color(0)


async def test_that_points_keep_their_size_at_every_zoom(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await run(lab, INTEREST)
    for _ in range(6):
        view.canvas.zoom_in()
    x, y = place(view, 100, 100)
    view.canvas.viewport.pan(QPointF(view.canvas.width() / 2 - x, view.canvas.height() / 2 - y))
    x, y = place(view, 100, 100)
    assert look(view.canvas, x, y) == color(0)
    assert look(view.canvas, x + 6, y) != color(0)


async def test_that_a_name_switched_off_takes_its_points_and_lines_along(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await run(lab, TWO)
    lab.view_model.results.show_label("tail", visible=False)
    assert look(view.canvas, *place(view, 60, 60)) == color(0)
    assert look(view.canvas, *place(view, 90, 60)) != color(0)
    assert look(view.canvas, *place(view, 260, 160)) != color(1)


async def test_that_the_mouse_is_told_the_point_or_the_pose(lab: Lab, view: PictureView) -> None:
    await run(lab, TWO)
    view.canvas.grab()
    overlay = view.overlay
    assert overlay.look_at(QPointF(61, 61)) == "ear of cat 1 · 90% · at 60, 60"
    assert overlay.look_at(QPointF(130, 110)) == "cat 1 · 90% · 2 of 2 points"
    assert overlay.look_at(QPointF(201, 161)) == "ear of pose 2 · 60% · at 200, 160"
    assert overlay.look_at(QPointF(310, 20)) == ""
    overlay.look_away()


async def test_that_points_of_interest_tell_score_and_place(lab: Lab, view: PictureView) -> None:
    await run(lab, INTEREST, threshold=0.0)
    view.canvas.grab()
    assert view.overlay.look_at(QPointF(199, 100)) == "20% · at 200, 100"


async def test_that_a_click_selects_the_pose_and_the_list_marks_it(
    lab: Lab, view: PictureView, panel: ResultsPanel, look: Look
) -> None:
    view.canvas.object_clicked.connect(panel.select_object)
    panel.object_selected.connect(view.mark)
    await run(lab, TWO)
    view.canvas.grab()
    assert view.overlay.number_at(QPointF(205, 205)) == 1
    assert view.overlay.number_at(QPointF(310, 20)) is None
    view.canvas.object_clicked.emit(1)
    assert panel.objects.selected_number() == 1
    assert look(view.canvas, *place(view, 230, 160)) == color(1)
    assert look(view.canvas, *place(view, 90, 60)) != color(0)  # faded


async def test_that_poses_and_points_are_listed(lab: Lab, panel: ResultsPanel) -> None:
    await run(lab, TWO, threshold=0.5)
    assert told(panel.objects) == [
        ("cat 1", "90%", "1 of 2 points"),
        ("pose 2", "60%", "2 of 2 points"),
    ]
    assert told(panel.labels) == [("ear", "2", ""), ("tail", "1", "")]
    assert panel.labels_heading.text() == "Points and how many"
    assert panel.objects_heading.text() == "Poses, the surest first"
    assert panel.count.text() == "2 poses"
    panel.threshold.setValue(70)
    assert told(panel.labels) == [("ear", "90%", "")]
    assert panel.labels_heading.text() == "Points and how sure"
    assert panel.count.text() == "1 pose; 1 more is below the threshold"


async def test_that_points_of_interest_are_counted_not_listed(
    lab: Lab, panel: ResultsPanel
) -> None:
    await run(lab, INTEREST, threshold=0.5)
    assert panel.count.text() == "1 point of interest; 1 more is below the threshold"
    assert not panel.objects.isVisible()
    assert not panel.labels.isVisible()
    assert panel.overlay.isVisible()


async def test_that_a_pose_without_a_box_says_where_it_was_looked_for(
    lab: Lab, panel: ResultsPanel
) -> None:
    await run(lab, Keypoints((Pose(0.9, (Keypoint(1, 1, 0.9),)),), ("nose",)))
    assert "looked for one in the whole picture" in panel.count.text()
