"""A matte's cut-out, on a checkerboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.views.inference_view import InferenceView
from inference_lab import Lab

Look = Callable[[QWidget, float, float], str]
BACKGROUND = "#323c46"  # of the pictures that the fakes give, of 320 × 240 pixels


@pytest.fixture
def matte() -> Segmentation:
    """The right half is foreground."""
    row = bytes(160) + bytes((255,)) * 160
    labels = (bytes(160) + bytes((1,)) * 160) * 240
    segments = (Segment(1, 0, "foreground", 1.0, 0.5),)
    return replace(Segmentation.pack(320, 240, labels, row * 240, segments), is_matte=True)


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> InferenceView:
    made = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(1280, 760)
    made.show()
    return made


async def test_that_the_background_becomes_a_checkerboard(
    lab: Lab, view: InferenceView, look: Look, matte: Segmentation
) -> None:
    lab.inference.prediction = matte
    await lab.run()
    panel, canvas = view.results_panel, view.picture.canvas
    assert panel is not None
    assert panel.cutout.isVisible()
    middle = canvas.rect().center()

    def sides() -> tuple[set[str], set[str]]:
        left = {look(canvas, middle.x() - x, middle.y()) for x in range(40, 100, 9)}
        return left, {look(canvas, middle.x() + x, middle.y()) for x in range(40, 100, 9)}

    tinted = sides()
    assert tinted[0] == {BACKGROUND}
    assert tinted[1] != {BACKGROUND}
    panel.cutout.click()
    assert not panel.opacity.isVisible()
    assert not panel.threshold.isVisible()
    assert sides() == ({"#ffffff", "#cccccc"}, {BACKGROUND})
    assert view.picture.overlay.look_at(QPointF(10, 100)) == "0% foreground"
    assert view.picture.overlay.look_at(QPointF(300, 100)) == "100% foreground"
    assert view.picture.overlay.look_at(QPointF(-1, 100)) == ""
    panel.cutout.click()
    assert sides() == tinted
    assert panel.opacity.isVisible()
    await lab.close()


async def test_that_only_a_matte_can_be_cut_out(
    lab: Lab, view: InferenceView, look: Look, matte: Segmentation
) -> None:
    lab.inference.prediction = matte
    await lab.run()
    panel, canvas = view.results_panel, view.picture.canvas
    assert panel is not None
    panel.cutout.click()
    assert panel.count.text() == "The foreground, told from its background."
    lab.inference.prediction = replace(matte, is_matte=False)
    await lab.run()
    assert not panel.cutout.isVisible()
    assert panel.opacity.isVisible()
    assert look(canvas, canvas.rect().center().x() - 60, canvas.rect().center().y()) == BACKGROUND
    await lab.close()


async def test_that_no_foreground_is_told_of(
    lab: Lab, view: InferenceView, matte: Segmentation
) -> None:
    lab.inference.prediction = replace(
        Segmentation.pack(320, 240, bytes(320 * 240), bytes(320 * 240)), is_matte=True
    )
    await lab.run()
    assert view.results_panel is not None
    assert view.results_panel.count.text() == "The model found no foreground."
    await lab.close()


async def test_that_what_is_half_foreground_is_seen_by_half(
    lab: Lab, view: InferenceView, look: Look, matte: Segmentation
) -> None:
    half = Segmentation.pack(320, 240, bytes(320 * 240), bytes((128,)) * (320 * 240))
    lab.inference.prediction = replace(half, is_matte=True)
    await lab.run()
    assert view.results_panel is not None
    view.results_panel.cutout.click()
    canvas = view.picture.canvas
    middle = canvas.rect().center()
    seen = {look(canvas, middle.x() + x, middle.y()) for x in range(0, 60, 9)}
    # Between the picture's #323c46 and the board's white and grey.
    for color, board in zip(sorted(seen), ("cc", "ff"), strict=True):
        mean = (int(board, 16) + 0x32) / 2
        assert abs(int(color[1:3], 16) - mean) <= 2
    await lab.close()
