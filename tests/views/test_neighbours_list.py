"""The pictures that resemble the one shown, as a list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ailab.services.inference.feature_set import FeatureSet
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.model_identity import RECORDED_HUB, ModelIdentity
from ailab.services.results.saved_vectors import SavedVectors
from ailab.views import neighbours_list
from ailab.views.neighbours_list import NeighboursList
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it


def a_result(path: str, *numbers: float) -> PictureResult:
    vector = Features(FloatMap.pack(np.array([numbers], np.float32)))
    return PictureResult(path, 4, 4, vector)


RUN = (
    a_result("/run/east.png", 2, 0),
    a_result("/run/north.png", 0, 5),
    a_result("/run/north-east.png", 3, 3),
)


async def show(lab: Lab, *results: PictureResult) -> None:
    lab.view_model.results.show_run("dino", "", results, 0.0)
    await lab.view_model.results.wait()


def texts(view: NeighboursList) -> list[str]:
    items = (view.list.item(row) for row in range(view.list.count()))
    return [item.text() for item in items if item is not None]


async def test_that_the_nearest_are_listed_with_thumbnail_name_and_likeness(
    lab: Lab, panel: ResultsPanel
) -> None:
    await show(lab, *RUN)
    view = panel.alike.nearest
    assert view.isVisible()
    assert texts(view) == ["north-east.png\n0.707", "north.png\n0.000"]
    first = view.list.item(0)
    assert first is not None
    tip = "/run/north-east.png\nCosine similarity of both vectors: 0.707107 (1 is the"
    assert first.toolTip().startswith(tip)
    assert view.heading.text() == "Nearest pictures, by cosine similarity"
    assert "the opposite one" in view.heading.toolTip()
    image = first.icon().pixmap(48, 48).toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2).name() == "#323c46"
    assert not view.words.isVisible()


async def test_that_a_vector_offers_neither_threshold_nor_overlay(
    lab: Lab, panel: ResultsPanel
) -> None:
    await show(lab, *RUN)
    assert panel.count.text().startswith("A vector of 2 numbers")
    assert not panel.threshold.isVisible()
    assert not panel.overlay.isVisible()
    assert not panel.labels.isVisible()


async def test_that_a_click_goes_to_that_picture(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, *RUN)
    listed = panel.alike.nearest.list
    place = listed.visualItemRect(listed.item(0)).center()
    viewport = listed.viewport()
    assert viewport is not None
    GESTURES.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert lab.view_model.results.state.current == 2
    assert panel.alike.nearest.words.text() == "Comparing …"
    assert listed.count() == 0
    await lab.view_model.results.wait()
    assert texts(panel.alike.nearest)[0].startswith("east.png")


async def test_that_the_keyboard_goes_to_that_picture(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, *RUN)
    panel.alike.nearest.list.setCurrentRow(1)
    GESTURES.keyClick(panel.alike.nearest.list, Qt.Key.Key_Return)
    assert lab.view_model.results.state.current == 1
    await lab.view_model.results.wait()


async def test_that_one_picture_alone_says_what_is_lacking(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, RUN[0])
    assert "Run several pictures" in panel.alike.nearest.words.text()
    assert not panel.alike.nearest.list.isVisible()


async def test_that_other_results_have_no_such_list(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, *RUN)
    await lab.run("a.png")
    assert not panel.alike.nearest.isVisible()


async def test_that_the_figures_stay_in_sight_in_the_smallest_window(
    lab: Lab, panel: ResultsPanel, qtbot: QtBot
) -> None:
    await show(lab, *RUN)
    panel.resize(0, 600)  # as narrow as it gets
    listed = panel.alike.nearest.list
    qtbot.waitUntil(lambda: listed.width() <= panel.width() < 160)
    figures = listed.fontMetrics().horizontalAdvance("0.707")
    scroll_bar, margins = 12, 3 * 6
    assert listed.width() >= listed.iconSize().width() + figures + scroll_bar + margins


KEPT = Path("/runs/2026-11-30 101500 dino")
MODEL = ModelIdentity("acme/dino", RECORDED_HUB, "a" * 40)


async def compare(lab: Lab, model: ModelIdentity = MODEL) -> None:
    """Show the run, and compare it with a saved one, of which a picture is gone."""
    features = FeatureSet(["/old/a.png", "/old/b.png"], np.eye(2, dtype=np.float32))
    lab.runs.saved_vectors[KEPT] = SavedVectors(KEPT, model, features)
    lab.pictures.missing = {"/old/a.png"}
    results = lab.view_model.results
    results.show_run("dino", "/runs/friday", RUN, 0.0, model=MODEL)
    await results.wait()
    results.neighbours.compare_with(str(KEPT))
    await results.wait()


async def test_that_a_saved_run_is_compared_with_and_named(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, *RUN)
    view = panel.alike.nearest
    assert view.compare.isVisible()
    assert not view.among.isVisible()
    await compare(lab)
    assert texts(view) == ["a.png\n1.000, gone", "b.png\n0.000"]
    assert view.among.currentText() == f"{KEPT.name} (2)"
    assert view.among.toolTip() == str(KEPT)
    assert view.words.text() == (
        "Among 2 pictures of that run. 1 of the nearest is not there any more."
    )
    first = view.list.item(0)
    assert first is not None
    assert "moved or deleted" in first.toolTip()


async def test_that_a_click_on_another_runs_picture_leads_nowhere(
    lab: Lab, panel: ResultsPanel
) -> None:
    await compare(lab)
    panel.alike.nearest.list.setCurrentRow(1)
    GESTURES.keyClick(panel.alike.nearest.list, Qt.Key.Key_Return)
    assert lab.view_model.results.state.current == 0


async def test_that_the_run_itself_is_chosen_again(lab: Lab, panel: ResultsPanel) -> None:
    await compare(lab)
    view = panel.alike.nearest
    assert [view.among.itemText(row) for row in range(view.among.count())] == [
        "This run",
        f"{KEPT.name} (2)",
    ]
    view.among.setFocus()
    GESTURES.keyClick(view.among, Qt.Key.Key_Up)
    await lab.view_model.results.wait()
    assert texts(view) == ["north-east.png\n0.707", "north.png\n0.000"]
    assert view.among.currentText() == "This run"


async def test_that_vectors_of_another_model_are_refused_in_words(
    lab: Lab, panel: ResultsPanel
) -> None:
    await compare(lab, replace(MODEL, model="acme/clip"))
    view = panel.alike.nearest
    assert "its vectors are of acme/clip@aaaaaaaaaaaa, and these of acme/dino" in view.words.text()
    assert not view.among.isVisible()
    assert texts(view) == ["north-east.png\n0.707", "north.png\n0.000"]


async def test_that_the_dialog_begins_where_runs_lie(
    lab: Lab, panel: ResultsPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await compare(lab)
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(neighbours_list, "choose_folder", lambda *given: asked.append(given))
    panel.alike.nearest.compare.click()
    ((_, title, start, chosen),) = asked
    assert (title, start) == ("Choose the folder of a run to compare with", "/runs")
    assert chosen == lab.view_model.results.neighbours.compare_with
