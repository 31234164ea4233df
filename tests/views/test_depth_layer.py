"""Depths over their picture, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.predictions import DepthScale
from ailab.services.results.depth_colors import depth_colors
from ailab.views.depth_legend import DepthLegend
from ailab.views.picture_view import PictureView
from ailab.views.results_panel import ResultsPanel
from ailab.views.theme import Theme, apply_theme
from fakes import a_depth_map, two_nuclei
from inference_lab import Lab

Look = Callable[[QWidget, float, float], str]
# The fakes' pictures have 320 × 240 pixels.
ROWS = [[1.0] * 4 + [9.0] * 4] * 6


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> PictureView:
    made = PictureView(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


def hexed(level: int) -> str:
    return "#{:02x}{:02x}{:02x}".format(*depth_colors()[level])


@pytest.mark.parametrize("scale", [DepthScale.INVERSE, DepthScale.METRES])
async def test_that_far_is_dark_and_near_is_bright(
    lab: Lab, view: PictureView, look: Look, scale: DepthScale
) -> None:
    lab.inference.prediction = a_depth_map(ROWS, scale)
    await lab.run("a.png")
    view.set_opacity(100)
    middle = view.canvas.rect().center()
    sides = [look(view.canvas, middle.x() + x, middle.y()) for x in (-90, 90)]
    expected = [hexed(0), hexed(255)]
    assert sides == (expected if scale is DepthScale.INVERSE else expected[::-1])


async def test_that_opacity_covers_more_or_less_and_h_hides_all(
    lab: Lab, view: PictureView, look: Look
) -> None:
    lab.inference.prediction = a_depth_map(ROWS)
    await lab.run("a.png")
    middle = view.canvas.rect().center()
    shades = []
    for percent in (0, 50, 100):
        view.set_opacity(percent)
        shades.append(look(view.canvas, middle.x() + 90, middle.y()))
    assert len(set(shades)) == 3
    view.canvas.show_overlay(False)
    assert look(view.canvas, middle.x() + 90, middle.y()) == shades[0]


async def test_that_the_depth_under_the_pointer_is_told(lab: Lab, view: PictureView) -> None:
    lab.inference.prediction = a_depth_map([[1.0, 3.0, 9.0, 5.0]])
    await lab.run("a.png")
    assert view.overlay.look_at(QPointF(40, 100)) == "1.00 · 0% of the way from far to near"
    assert view.overlay.look_at(QPointF(120, 100)) == "3.00 · 25% of the way from far to near"
    assert view.overlay.look_at(QPointF(200, 100)) == "9.00 · 100% of the way from far to near"
    for outside in (QPointF(-0.5, 10), QPointF(320.5, 10), QPointF(10, -1), QPointF(10, 240)):
        assert view.overlay.look_at(outside) == ""
    assert view.overlay.number_at(QPointF(40, 100)) is None
    lab.inference.prediction = a_depth_map([[1.234, 30.0]], DepthScale.METRES)
    await lab.run("a.png")
    assert view.overlay.look_at(QPointF(40, 100)) == "1.23 m away"


async def test_that_the_panel_tells_the_range_and_has_no_threshold(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = a_depth_map([[0.8, 3.25, 12.4]], DepthScale.METRES)
    await lab.run()
    told = [(row.label, row.value) for row in panel.classes.rows.rows]
    assert told == [("Nearest", "0.800 m"), ("Median", "3.25 m"), ("Farthest", "12.4 m")]
    assert panel.count.text() == "Distance in metres."
    assert panel.depth_legend.isVisible()
    assert panel.overlay.isVisible()
    assert panel.opacity.isVisible()
    assert not panel.threshold.isVisible()
    assert not panel.threshold_box.isVisible()
    assert not panel.labels.isVisible()
    lab.inference.prediction = two_nuclei()
    await lab.run()
    assert panel.threshold.isVisible()
    assert panel.threshold_box.isVisible()
    assert not panel.depth_legend.isVisible()


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_that_the_legend_goes_from_far_to_near(
    qapp: QApplication, qtbot: QtBot, look: Look, theme: Theme
) -> None:
    apply_theme(qapp, theme)
    legend = DepthLegend()
    qtbot.addWidget(legend)
    legend.resize(200, legend.sizeHint().height())
    first, last = (sum(bytes.fromhex(look(legend, x, 4)[1:])) for x in (1, 198))
    assert first < 40
    assert last > 550
    assert legend.accessibleName()
