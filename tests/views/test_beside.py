"""Another run's results beside those shown, seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from held_runs import CAT, DOG, SAVED, boxes, save, show
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.views import beside_box
from ailab.views.beside_pane import BesidePane
from ailab.views.inference_view import InferenceView
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.picture_view import PictureView
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it
BACKGROUND = "#323c46"  # of the pictures that the fakes give
Look = Callable[[QWidget, float, float], str]


@pytest.fixture
def inference_view(lab: Lab, qtbot: QtBot) -> InferenceView:
    made = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


@pytest.fixture
def view(inference_view: InferenceView) -> PictureView:
    return inference_view.picture


async def held(lab: Lab, view: PictureView) -> BesidePane:
    """A run of two pictures, and another one beside it."""
    show(lab.view_model.results, boxes(CAT, DOG), boxes(DOG))
    save(lab.runs, boxes(CAT), boxes(CAT))
    await lab.view_model.results.wait()
    lab.view_model.results.beside.hold(SAVED)
    await lab.view_model.results.wait()
    assert view.beside is not None
    QApplication.sendPostedEvents()
    return view.beside


async def test_that_one_picture_is_shown_until_a_run_is_held(lab: Lab, view: PictureView) -> None:
    show(lab.view_model.results, boxes(CAT))
    await lab.view_model.results.wait()
    assert view.beside is None
    assert not view.caption.isVisible()
    assert not view.difference.isVisible()


async def test_that_both_have_their_name_and_what_they_found_and_differ_in(
    lab: Lab, view: PictureView
) -> None:
    pane = await held(lab, view)
    assert pane.isVisible()
    assert (view.caption.title.text(), view.caption.found.text()) == ("acme/one (fp16)", "1 × cat")
    assert (pane.caption.title.text(), pane.caption.found.text()) == ("acme/other", "1 × cat")
    assert view.difference.text() == "1 in both (mean IoU 1.00), 0 only in A, 0 only in B."
    lab.view_model.results.set_threshold(0.3)
    await lab.view_model.results.wait()
    assert view.caption.found.text() == "1 × cat, 1 × dog"
    assert view.difference.text().endswith("1 only in A, 0 only in B.")
    lab.view_model.results.go_on()
    await lab.view_model.results.wait()
    assert pane.caption.found.text() == "1 × cat"
    assert view.difference.text() == "0 in both, 1 only in A, 1 only in B."


async def test_that_each_picture_has_its_own_overlay(
    lab: Lab, view: PictureView, look: Look
) -> None:
    pane = await held(lab, view)
    lab.view_model.results.go_on()  # a dog below the threshold beside a cat
    await lab.view_model.results.wait()
    corner, other = _corner(view.canvas), _corner(pane.canvas)
    assert look(view.canvas, *corner) != look(pane.canvas, *other)
    pane.canvas.show_overlay(False)
    assert look(view.canvas, *corner) == look(pane.canvas, *other)


async def test_that_both_zoom_and_move_together(lab: Lab, view: PictureView) -> None:
    pane = await held(lab, view)
    for leader, follower in ((view.canvas, pane.canvas), (pane.canvas, view.canvas)):
        leader.zoom_in()
        leader.zoom_in()
        leader.viewport.pan(QPointF(-7, 5))
        leader.zoom_in()
        assert follower.viewport.scale == leader.viewport.scale
        assert _middle(follower) == pytest.approx(_middle(leader))
        leader.fit()
        assert follower.viewport.is_fitted
    view.canvas.show_full_size()
    assert pane.canvas.percent == pytest.approx(100)


async def test_that_a_zoom_is_kept_as_a_run_is_held_and_let_go(lab: Lab, view: PictureView) -> None:
    show(lab.view_model.results, boxes(CAT, DOG), boxes(DOG))
    await lab.view_model.results.wait()
    view.canvas.zoom_in()
    view.canvas.zoom_in()
    view.canvas.zoom_in()
    scale = view.canvas.viewport.scale
    pane = await held(lab, view)
    view.canvas.zoom_in()
    assert pane.canvas.viewport.scale == view.canvas.viewport.scale
    assert pane.canvas.viewport.scale > scale * 0.9
    lab.view_model.results.beside.let_go()
    assert not view.canvas.viewport.is_fitted


async def test_that_the_overlay_is_hidden_and_shown_in_both(
    lab: Lab, view: PictureView, inference_view: InferenceView, look: Look
) -> None:
    pane = await held(lab, view)
    panel = inference_view.results_panel
    assert panel is not None
    GESTURES.keyClick(pane.canvas, Qt.Key.Key_H)
    assert not panel.overlay.isChecked()
    for canvas in (view.canvas, pane.canvas):
        assert look(canvas, *_corner(canvas)) == BACKGROUND
    panel.overlay.setChecked(True)
    assert look(pane.canvas, *_corner(pane.canvas)) != BACKGROUND


async def test_that_only_what_differs_can_be_shown(
    lab: Lab, view: PictureView, inference_view: InferenceView, look: Look
) -> None:
    pane = await held(lab, view)
    panel = inference_view.results_panel
    assert panel is not None
    assert look(view.canvas, *_corner(view.canvas)) != BACKGROUND  # the cat, which both found
    panel.beside.differences.setChecked(True)
    await lab.view_model.results.wait()
    for canvas in (view.canvas, pane.canvas):
        assert look(canvas, *_corner(canvas)) == BACKGROUND
    pane.close_run.click()
    assert look(view.canvas, *_corner(view.canvas)) != BACKGROUND
    assert not panel.beside.differences.isVisible()


async def test_that_closing_shows_the_run_alone_again(lab: Lab, view: PictureView) -> None:
    pane = await held(lab, view)
    pane.close_run.click()
    for widget in (pane, view.caption, view.difference):
        assert not widget.isVisible()
    lab.view_model.results.beside.hold(SAVED)
    await lab.view_model.results.wait()
    assert pane.isVisible()


async def test_that_pictures_lie_as_they_are_shown_largest(
    lab: Lab, view: PictureView, inference_view: InferenceView
) -> None:
    pane = await held(lab, view)  # 4 to 3
    for size, is_beside in (((1700, 500), True), ((1000, 900), False)):
        inference_view.resize(*size)
        QApplication.sendPostedEvents()
        places = [each.mapTo(view, QPoint()) for each in (view.canvas, pane.canvas)]
        assert (places[0].y() == places[1].y()) is is_beside
        assert (places[0].x() == places[1].x()) is not is_beside


async def test_that_what_the_other_run_lacks_is_told(lab: Lab, view: PictureView) -> None:
    show(lab.view_model.results, boxes(CAT), boxes(CAT), boxes(CAT))
    save(lab.runs, boxes(CAT), None)
    lab.view_model.results.beside.hold(SAVED)
    await lab.view_model.results.wait()
    lab.view_model.results.go_to(2)
    await lab.view_model.results.wait()
    assert view.beside is not None
    assert view.beside.caption.found.text() == "This picture is not in that run."
    assert view.beside.caption.found.property("tone") == "warning"


async def test_that_the_panel_asks_for_a_run_and_tells_why_it_is_not_held(
    lab: Lab, panel: ResultsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not panel.beside.isVisible()
    show(lab.view_model.results, boxes(CAT))
    await lab.view_model.results.wait()
    assert panel.beside.isVisible()
    starts = []

    def choose(_parent: object, _title: str, start: str, chosen: Callable[[str], None]) -> None:
        starts.append(start)
        chosen("/nowhere")

    monkeypatch.setattr(beside_box, "choose_folder", choose)
    panel.beside.compare.click()
    assert panel.beside.compare.text() == "Opening the run …"
    assert not panel.beside.compare.isEnabled()
    await lab.view_model.results.wait()
    assert starts == ["/runs"]
    assert panel.beside.words.text().startswith("There is no run in /nowhere.")
    assert panel.beside.compare.isEnabled()


def _middle(canvas: PictureCanvas) -> tuple[float, float]:
    visible = canvas.viewport.visible().center()
    return visible.x(), visible.y()


def _corner(canvas: PictureCanvas) -> tuple[float, float]:
    at = canvas.viewport.to_view(10, 35)
    return at.x(), at.y()
