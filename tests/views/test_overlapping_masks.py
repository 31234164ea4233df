"""Masks over their picture, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.masks import Masks
from ailab.services.results.label_colors import label_color
from ailab.viewmodels.prediction_text import summary
from ailab.views.inference_view import InferenceView
from ailab.views.picture_view import PictureView
from ailab.views.results_panel import ResultsPanel
from fake_masks import discs
from inference_lab import Lab

Look = Callable[[QWidget, float, float], str]
# The fakes' pictures have 320 × 240 pixels. One disc within another, and one beside them.
FOUND = discs(320, 240, (100, 120, 80, 0.9), (100, 120, 30, 0.8), (260, 120, 40, 0.4))
WITHIN, AROUND, BESIDE, NOWHERE = (100, 120), (40, 120), (260, 120), (200, 20)


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> PictureView:
    lab.inference.prediction = FOUND
    made = PictureView(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> ResultsPanel:
    lab.inference.prediction = FOUND
    made = ResultsPanel(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    return made


def hexed(number: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*label_color(number))


def seen(view: PictureView, look: Look, point: tuple[int, int]) -> str:
    place = view.canvas.viewport.to_view(*point)
    return look(view.canvas, place.x(), place.y())


async def shown(lab: Lab, view: PictureView) -> None:
    await lab.run("a.png")
    lab.view_model.results.set_threshold(0.5)
    view.set_opacity(100)


async def test_that_a_mask_within_another_lies_on_top(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await shown(lab, view)
    assert seen(view, look, WITHIN) == hexed(1)
    assert seen(view, look, AROUND) == hexed(0)
    assert seen(view, look, BESIDE) == seen(view, look, NOWHERE)


async def test_that_the_threshold_shows_and_hides_masks(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await shown(lab, view)
    lab.view_model.results.set_threshold(0.85)
    assert seen(view, look, WITHIN) == hexed(0)
    lab.view_model.results.set_threshold(0.1)
    assert seen(view, look, BESIDE) == hexed(2)
    lab.view_model.results.set_threshold(1.0)
    assert seen(view, look, WITHIN) == seen(view, look, NOWHERE)


async def test_that_outlines_stay_where_areas_fade(lab: Lab, view: PictureView, look: Look) -> None:
    await shown(lab, view)
    rim = (100 + 80 - 1, 120)
    full = seen(view, look, rim)
    view.set_opacity(50)
    assert seen(view, look, rim) == full == hexed(0)
    assert seen(view, look, AROUND) != hexed(0)
    view.set_opacity(0)
    assert seen(view, look, rim) == seen(view, look, NOWHERE)


async def test_that_masks_follow_the_picture_when_it_is_zoomed_and_moved(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await shown(lab, view)
    canvas = view.canvas
    canvas.viewport.zoom_to(3.0, QPointF(0, 0))
    canvas.viewport.pan(QPointF(-60, -150))
    assert seen(view, look, WITHIN) == hexed(1)
    assert seen(view, look, (62, 120)) == hexed(0)
    canvas.zoom_in()  # what there is is moved along until the zoom rests
    assert seen(view, look, WITHIN) == hexed(1)
    canvas.fit()
    assert seen(view, look, AROUND) == hexed(0)


async def test_that_the_mask_under_the_pointer_is_told_and_stands_out(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await shown(lab, view)
    assert view.overlay.look_at(QPointF(*AROUND)) == "Mask 1 · 90% sure · 26% of the picture"
    assert view.overlay.look_at(QPointF(*WITHIN)) == "Mask 2 · 80% sure · 3.7% of the picture"
    assert view.overlay.look_at(QPointF(*BESIDE)) == ""
    assert view.overlay.look_at(QPointF(-1, 10)) == ""
    view.set_opacity(10)
    view.overlay.look_away()
    before = seen(view, look, AROUND)
    view.overlay.look_at(QPointF(*AROUND))
    assert seen(view, look, AROUND) != before
    view.overlay.look_away()
    assert seen(view, look, AROUND) == before


async def test_that_another_click_selects_the_larger_mask_beneath(
    lab: Lab, view: PictureView
) -> None:
    await shown(lab, view)
    numbers = []
    for _ in range(3):
        number = view.overlay.number_at(QPointF(*WITHIN))
        view.mark(number)
        numbers.append(number)
    assert numbers == [1, 0, 1]
    assert view.overlay.number_at(QPointF(*NOWHERE)) is None


async def test_that_the_selected_mask_stands_out(lab: Lab, view: PictureView, look: Look) -> None:
    await shown(lab, view)
    view.mark(0)
    assert seen(view, look, WITHIN) == hexed(0)
    view.mark(1)
    assert seen(view, look, WITHIN) == hexed(1)
    assert seen(view, look, AROUND) != hexed(0)


async def test_that_the_panel_lists_the_masks_the_surest_first(
    lab: Lab, panel: ResultsPanel
) -> None:
    await lab.run("a.png")
    lab.view_model.results.set_threshold(0.5)
    rows = panel.objects.rows.rows
    assert [(row.label, row.value, row.detail) for row in rows] == [
        ("Mask 1", "90%", "26% of the picture"),
        ("Mask 2", "80%", "3.7% of the picture"),
    ]
    assert panel.objects_heading.text() == "Masks, the surest first"
    assert panel.count.text().startswith("2 masks; 1 more is below the threshold.")
    assert panel.threshold.isVisible()
    assert panel.overlay.isVisible()
    assert not panel.labels.isVisible()
    lab.view_model.results.set_threshold(0.95)
    assert panel.count.text() == "Nothing reaches the threshold: 3 masks are below it."
    lab.inference.prediction = Masks(320, 240, ())
    await lab.run("a.png")
    assert panel.count.text() == "The model found no masks."
    assert not panel.objects_heading.isVisible()


async def test_that_a_click_in_the_picture_selects_the_masks_row(lab: Lab, qtbot: QtBot) -> None:
    lab.inference.prediction = FOUND
    whole = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(whole)
    whole.resize(1000, 700)
    whole.show()
    await lab.run("a.png")
    lab.view_model.results.set_threshold(0.5)
    panel, canvas = whole.findChildren(ResultsPanel)[0], whole.findChildren(PictureView)[0].canvas
    for expected in (1, 0):
        canvas.object_clicked.emit(canvas.overlay.number_at(QPointF(*WITHIN)))
        assert panel.objects.selected_number() == expected


async def test_that_labels_of_named_masks_are_listed_and_switched_off(
    lab: Lab, view: PictureView, panel: ResultsPanel, look: Look
) -> None:
    names = ("cat", "dog", "dog")
    items = zip(FOUND.items, names, strict=True)
    named = tuple(replace(mask, label=name) for mask, name in items)
    lab.inference.prediction = Masks(320, 240, named)
    await shown(lab, view)
    lab.view_model.results.set_threshold(0.3)
    rows = panel.labels.rows.rows
    assert [(row.label, row.value, row.colors) for row in rows] == [
        ("dog", "2", (label_color(1), label_color(2))),
        ("cat", "1", (label_color(0),)),
    ]
    assert [row.label for row in panel.objects.rows.rows] == list(names)
    assert summary(Masks(320, 240, named)) == "2 × dog, 1 × cat"
    before = seen(view, look, NOWHERE)
    lab.view_model.results.show_label("dog", False)
    assert [row.label for row in panel.objects.rows.rows] == ["cat"]
    assert seen(view, look, BESIDE) == before
    assert seen(view, look, AROUND) == hexed(0)
