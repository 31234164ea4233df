"""The picture that a model made, beside the one before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.predictions import OutputImage
from ailab.views.picture_view import PictureView
from ailab.views.results_panel import ResultsPanel
from fakes import two_nuclei
from inference_lab import Lab

Look = Callable[[QWidget, float, float], str]
BACKGROUND = "#323c46"  # of the pictures that the fakes give, of 320 × 240 pixels


@pytest.fixture
def orange() -> OutputImage:
    return output_image(np.full((480, 640, 3), (200, 100, 50), np.uint8))


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> PictureView:
    made = PictureView(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


async def test_that_the_line_stands_between_before_and_after(
    lab: Lab, view: PictureView, look: Look, orange: OutputImage
) -> None:
    lab.inference.prediction = orange
    await lab.run("a.png")
    middle = view.canvas.rect().center()

    def sides() -> list[str]:
        return [look(view.canvas, middle.x() + x, middle.y()) for x in (-90, 90)]

    for percent, expected in (
        (50, [BACKGROUND, "#c86432"]),
        (100, [BACKGROUND, BACKGROUND]),
        (0, ["#c86432", "#c86432"]),
    ):
        view.set_opacity(percent)
        assert sides() == expected
    view.set_opacity(50)
    assert look(view.canvas, middle.x(), middle.y()) not in {BACKGROUND, "#c86432"}
    assert view.overlay.look_at(QPointF(20, 100)) == "before"
    assert view.overlay.look_at(QPointF(300, 100)) == "after"
    assert view.overlay.look_at(QPointF(-1, 100)) == ""
    assert view.overlay.number_at(QPointF(20, 100)) is None
    view.canvas.show_overlay(False)
    assert sides() == [BACKGROUND, BACKGROUND]


async def test_that_the_panel_tells_both_sizes_and_has_no_threshold(
    lab: Lab, qtbot: QtBot, orange: OutputImage
) -> None:
    panel = ResultsPanel(lab.view_model.results)
    qtbot.addWidget(panel)
    panel.show()
    lab.inference.prediction = orange
    await lab.run()
    assert panel.count.text().startswith("320 × 240 pixels became 640 × 480.")
    assert panel.count.text().endswith("right of it what the model made of it.")
    assert panel.opacity.isVisible()
    assert panel.opacity.toolTip() == "Moves the line"
    assert not panel.threshold.isVisible()
    assert not panel.labels_heading.isVisible()
    lab.inference.prediction = two_nuclei()
    await lab.run()
    assert panel.threshold.isVisible()
    assert panel.opacity.toolTip() == "Opacity of the overlay"
