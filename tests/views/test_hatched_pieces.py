"""Pieces that are too small to count, hatched over the picture."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.views.inference_view import InferenceView
from inference_lab import Lab

Look = Callable[[QWidget, float, float], str]
BACKGROUND = "#323c46"  # of the pictures that the fakes give, of 320 × 240 pixels


@pytest.fixture
def halves() -> Segmentation:
    """The right half is a region, and so is a small part of the left one."""
    part = bytes((1,)) * 120 + bytes(40) + bytes((1,)) * 160
    labels = part * 120 + (bytes(160) + bytes((1,)) * 160) * 120
    sure = bytes((230,)) * 320 * 240
    return Segmentation.pack(320, 240, labels, sure, (Segment(1, 0, "cell", 0.9, 0.6),))


async def test_that_what_is_not_counted_is_hatched(
    lab: Lab, qtbot: QtBot, look: Look, halves: Segmentation
) -> None:
    view = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(view)
    view.resize(1280, 760)
    view.show()
    lab.inference.prediction = halves
    await lab.run()
    canvas = view.picture.canvas
    middle = canvas.rect().center()

    def colours(sign: int) -> set[str]:
        y = middle.y() - 60
        return {look(canvas, middle.x() + sign * x, y) for x in range(80, 110)}

    assert colours(-1) == colours(1)
    assert BACKGROUND not in colours(1)
    tint = colours(1)
    pieces = lab.view_model.results.pieces
    pieces.set_pieces_from(20_000)
    await lab.view_model.wait()
    assert view.results_panel is not None
    assert "1 smaller left out, hatched" in view.results_panel.count.text()
    assert colours(1) == tint
    assert colours(-1) == tint | {BACKGROUND}
    pieces.set_pieces_from(0)
    await lab.view_model.wait()
    assert colours(-1) == tint
    await lab.close()
