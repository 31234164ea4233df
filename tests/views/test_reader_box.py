"""The field for what reads the lines that are found."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from ailab.services.inference.text_detectors import TEXT_MAP
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.writing_models import WRITES
from ailab.viewmodels.inference_state import ModelSource
from ailab.views.inference_view import InferenceView
from ailab.views.prompt_panel import PromptPanel
from inference_lab import Lab

FINDER, READER = "/models/text_det.onnx", "/models/text_rec.onnx"


async def choose(lab: Lab, path: str) -> None:
    lab.inference.others = {
        "text_det.onnx": ("object-detection", TEXT_MAP),
        "text_rec.onnx": (WRITES, TEXT_LINE),
    }
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path(path)
    await lab.view_model.wait()


async def test_that_a_reader_is_taken_where_lines_are_found(lab: Lab, qtbot: QtBot) -> None:
    panel = PromptPanel(lab.view_model)
    qtbot.addWidget(panel)
    box = panel.reader
    await choose(lab, "/models/model.onnx")
    assert box.isHidden()
    await choose(lab, FINDER)
    assert not box.isHidden()
    assert box.offer.text() == "text_rec.onnx goes with it."
    assert box.status.isHidden()
    box.take.click()
    await lab.view_model.wait()
    assert box.field.text() == READER
    assert box.take.isHidden()
    assert (box.mark.text(), box.status.text()) == (
        "✓",
        "Runs here on ONNX Runtime: Image-to-Text, 2 classes.",
    )
    await lab.close()


async def test_that_what_cannot_read_says_so_below_the_field(lab: Lab, qtbot: QtBot) -> None:
    panel = PromptPanel(lab.view_model)
    qtbot.addWidget(panel)
    await choose(lab, FINDER)
    panel.reader.field.textEdited.emit(FINDER)
    await lab.view_model.wait()
    assert panel.reader.mark.text() == "✕"
    assert panel.reader.status.text() == f"{FINDER} does not read a line of text."
    assert panel.reader.advice.text().startswith("Choose a model that does")
    await lab.close()


@pytest.mark.parametrize("is_reader", [True, False])
async def test_that_what_is_said_of_a_choice_comes_into_sight_in_a_low_window(
    lab: Lab, qtbot: QtBot, is_reader: bool
) -> None:
    view = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(view)
    view.resize(1000, 330)
    view.show()
    await choose(lab, FINDER)
    view.grab()
    steps = view.input_panel.parentWidget()
    assert steps is not None
    area = steps.parentWidget()
    assert area is not None
    if is_reader:
        view.prompt_panel.reader.field.textEdited.emit(FINDER)
    else:
        lab.view_model.set_inputs(("missing",))
    await lab.view_model.wait()
    view.grab()  # lays it out
    view.bring_into_sight()
    said = view.prompt_panel.reader.advice if is_reader else view.input_panel.found
    top = said.mapTo(area, QPoint(0, 0)).y()
    assert top >= 0
    assert top + said.height() <= area.height()
    await lab.close()
