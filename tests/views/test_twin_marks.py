"""The object selected in both pictures, and vectors of two runs, seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from held_runs import CAT, DOG, PICTURES, SAVED, boxes, save, show
from menu_driver import choose, copied, menus, right_click
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.predictions import Detections
from ailab.views.beside_pane import BesidePane
from ailab.views.inference_view import InferenceView
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

FOX = replace(DOG, label="fox", box=(200, 100, 260, 160), score=0.8)


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> InferenceView:
    made = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


async def held(lab: Lab, view: InferenceView, a: Detections, b: Detections) -> BesidePane:
    show(lab.view_model.results, a, boxes(CAT))
    save(lab.runs, b, boxes(CAT))
    lab.view_model.results.set_threshold(0.3)
    await lab.view_model.results.wait()
    lab.view_model.results.beside.hold(SAVED)
    await lab.view_model.results.wait()
    QApplication.sendPostedEvents()
    assert view.picture.beside is not None
    return view.picture.beside


def marked(canvas: PictureCanvas) -> int | None:
    boxed = canvas.overlay._boxes
    assert boxed is not None
    return boxed._marked


def the_panel(view: InferenceView) -> ResultsPanel:
    assert view.results_panel is not None
    return view.results_panel


async def test_that_the_object_selected_stands_out_in_both(lab: Lab, view: InferenceView) -> None:
    pane = await held(lab, view, boxes(CAT, DOG), boxes(FOX, CAT))
    panel, first = the_panel(view), view.picture
    panel.objects.select_object(0)
    assert (marked(first.canvas), marked(pane.canvas)) == (0, 1)
    assert pane.caption.found.text() == "1 × fox, 1 × cat"
    panel.objects.select_object(1)
    assert (marked(first.canvas), marked(pane.canvas)) == (1, None)
    assert pane.caption.found.text() == "The one selected is not here · 1 × fox, 1 × cat"
    panel.objects.select_object(None)
    assert (marked(first.canvas), marked(pane.canvas)) == (None, None)
    assert pane.caption.found.text() == "1 × fox, 1 × cat"


async def test_that_a_click_on_an_object_of_the_other_run_selects_it_where_it_is_there(
    lab: Lab, view: InferenceView
) -> None:
    pane = await held(lab, view, boxes(CAT, DOG), boxes(FOX, CAT))
    panel, first = the_panel(view), view.picture
    pane.canvas.object_clicked.emit(1)
    assert panel.objects.selected_number() == 0
    assert (marked(first.canvas), marked(pane.canvas)) == (0, 1)
    pane.canvas.object_clicked.emit(0)
    assert panel.objects.selected_number() is None
    assert (marked(first.canvas), marked(pane.canvas)) == (None, 0)
    assert first.caption.found.text() == "The one selected is not here · 1 × cat, 1 × dog"
    first.canvas.object_clicked.emit(None)
    assert marked(pane.canvas) is None
    pane.canvas.object_clicked.emit(0)
    view._escape()
    assert marked(pane.canvas) is None
    pane.canvas.object_clicked.emit(0)
    lab.view_model.results.go_on()
    await lab.view_model.results.wait()
    assert (marked(first.canvas), marked(pane.canvas)) == (None, None)
    assert first.caption.found.text() == "1 × cat"


async def test_that_the_marks_outlast_the_slider_and_what_is_left_out(
    lab: Lab, view: InferenceView
) -> None:
    pane = await held(lab, view, boxes(CAT, DOG), boxes(FOX, CAT))
    panel, first = the_panel(view), view.picture
    panel.objects.select_object(0)
    panel.threshold.setValue(35)
    await lab.view_model.results.wait()
    assert (marked(first.canvas), marked(pane.canvas)) == (0, 1)
    panel.beside.differences.click()
    await lab.view_model.results.wait()
    assert (marked(first.canvas), marked(pane.canvas)) == (0, 1)
    pane.close_run.click()
    assert marked(first.canvas) == 0


@menus
async def test_that_vectors_of_two_runs_are_compared_in_the_panel(
    lab: Lab, view: InferenceView
) -> None:
    def vector(*numbers: float) -> Features:
        return Features(FloatMap.pack(np.array([numbers], np.float32)))

    results = lab.view_model.results
    show(results, vector(1, 0), vector(0, 2))
    save(lab.runs, vector(3, 0), vector(2, 2), task="image-feature-extraction")
    await results.wait()
    panel = the_panel(view)
    box = panel.beside.vectors
    assert panel.beside.compare.isVisible()
    assert not box.isVisible()
    results.beside.hold(SAVED)
    await results.wait()
    assert box.isVisible()
    assert view.picture.beside is None  # the picture is there once
    assert not view.picture.difference.isVisible()
    assert box.heading.text() == "Compared with acme/other"
    assert box.picture.text() == "Cosine of both vectors 1.0000."
    assert box.whole.text() == "2 pictures in both. Cosine 0.8536 on average, 0.7071 at least."
    assert box.note.text().startswith("Vectors of two networks")
    rows = [(row.label, row.value) for row in box.list.rows.rows]
    assert rows == [("b.png", "0.7071"), ("a.png", "1.0000")]
    right_click(box.list, box.list.rows.index(0))
    assert box.menu.menu.texts == [
        *("Copy row", "Copy path", "Copy name", "Copy all rows"),
        "Show this picture",
    ]
    choose(box.menu.menu, "Copy all rows")
    assert copied() == f"picture\tcosine\n{PICTURES[1]}\t0.707107\n{PICTURES[0]}\t1.000000"
    choose(box.menu.menu, "Show this picture")
    await results.wait()
    assert box.picture.text() == "Cosine of both vectors 0.7071."
    box.close_run.click()
    assert not box.isVisible()
    show(results, boxes(CAT))
    save(lab.runs, boxes(CAT))
    results.beside.hold(SAVED)
    await results.wait()
    assert not box.isVisible()
    assert view.picture.beside is not None
