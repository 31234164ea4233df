"""Choosing a model."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.gpu import Gpu
from ailab.services.compatibility.machine import Machine
from ailab.services.hub.gate_failure import gate_failure
from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.inference_errors import (
    ModelFileError,
    NotDescribedError,
    SheetError,
)
from ailab.services.next_step import NextStep
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.other_weights import OtherWeights
from ailab.views.model_panel import ModelPanel
from ailab.views.path_field import PathField
from fakes import a_model, details_of
from inference_lab import Lab


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> ModelPanel:
    made = ModelPanel(lab.view_model)
    qtbot.addWidget(made)
    made.show()
    return made


def test_that_browse_is_visible_for_hugging_face_alone(lab: Lab, panel: ModelPanel) -> None:
    assert panel.browse.isVisible()
    assert panel.model.isVisible()
    assert not panel.choose_file.isVisible()
    panel.source.setCurrentText("Local")
    assert lab.view_model.state.model_source is ModelSource.LOCAL
    assert not panel.browse.isVisible()
    assert not panel.model.isVisible()
    assert panel.local.isVisible()
    assert panel.choose_file.isVisible()
    assert panel.choose_folder.isVisible()


async def test_that_browse_asks_and_the_answer_stands_in_the_field(
    lab: Lab, panel: ModelPanel
) -> None:
    async def pick() -> str | None:
        return "acme/nuclei"

    lab.view_model.set_picker(pick)
    panel.browse.click()
    await lab.until(lambda: panel.model.text() == "acme/nuclei")
    await lab.view_model.wait()
    assert panel.status.text().startswith("Runs here")
    assert panel.mark.text() == "✓"
    assert panel.status.property("tone") == "success"
    assert not panel.again.isVisible()


async def test_that_the_command_for_a_missing_extra_can_be_copied(
    lab: Lab, panel: ModelPanel
) -> None:
    files = ("config.json", "preprocessor_config.json", "model.safetensors")
    lab.hub.details["acme/nuclei"] = details_of(a_model(), *files)
    lab.view_model.set_model_text("acme/nuclei")
    await lab.view_model.wait()
    assert panel.status.text().startswith("Runs with an extra")
    assert panel.command.isVisible()
    assert "ailab[torch]" in panel.command.text.text
    assert panel.again.isVisible()
    lab.view_model.set_model_text("")
    assert not panel.command.isVisible()


async def test_that_typing_looks_the_model_up_and_says_why_it_does_not_run(
    lab: Lab, panel: ModelPanel
) -> None:
    lab.hub.models = (a_model("acme/old"),)
    lab.hub.details["acme/old"] = details_of(a_model("acme/old"), "config.json", "model.bin")
    lab.hub.gate.shut()
    panel.model.setText("acme/old")
    panel.model.textEdited.emit("acme/old")
    assert panel.status.text() == "Looking the model up …"
    assert panel.status.property("tone") == "muted"
    lab.hub.gate.open()
    await lab.view_model.wait()
    assert panel.status.text() == lab.view_model.state.status.text
    assert panel.status.property("tone") == "warning"
    assert panel.advice.text() == lab.view_model.state.status.advice
    assert panel.advice.isVisible()


async def test_that_an_unknown_model_can_be_checked_again(lab: Lab, panel: ModelPanel) -> None:
    lab.hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    lab.view_model.set_model_text("acme/nuclei")
    await lab.view_model.wait()
    status = panel.status.text()
    assert status == "acme/nuclei is not on this disk. The Hub can't be reached."
    assert panel.advice.text() == "Check the network."
    assert panel.status.property("tone") == "warning"
    assert panel.again.isVisible()
    lab.hub.failure = None
    panel.again.click()
    await lab.view_model.wait()
    assert panel.status.text().startswith("Runs here")


async def test_that_a_file_chosen_for_local_is_opened(lab: Lab, panel: ModelPanel) -> None:
    panel.source.setCurrentText("Local")
    panel.choose_file.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFile
    dialog.fileSelected.emit("cells.onnx")
    dialog.close()
    await lab.view_model.wait()
    assert panel.local.text() == "cells.onnx"
    assert "Object Detection" in panel.status.text()


def test_that_dialogs_for_files_are_never_waited_for(lab: Lab, panel: ModelPanel) -> None:
    panel.source.setCurrentText("Local")
    panel.choose_folder.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.isVisible()
    assert dialog.fileMode() == QFileDialog.FileMode.Directory
    dialog.close()


def test_that_words_from_the_hub_are_shown_as_they_are(lab: Lab, panel: ModelPanel) -> None:
    for label in (panel.status, panel.advice):
        label.setText("<b>bold</b>")
        assert label.textFormat().name == "PlainText"


async def test_that_a_local_model_is_looked_at_again_once_it_has_its_sheet(
    lab: Lab, panel: ModelPanel
) -> None:
    lab.inference.open_failure = ModelFileError("No sheet beside x.onnx.", "Write one.")
    panel.source.setCurrentText("Local")
    panel.local.setText("x.onnx")
    panel.local.textEdited.emit("x.onnx")
    await lab.view_model.wait()
    assert panel.again.isVisible()
    lab.inference.open_failure = None
    panel.local.returnPressed.emit()
    await lab.view_model.wait()
    assert panel.status.text().startswith("Runs here")
    assert not panel.again.isVisible()


@pytest.mark.skipif(sys.platform == "darwin", reason="Option writes letters on a Mac")
def test_that_a_letter_meant_for_a_button_does_not_land_in_the_field(qtbot: QtBot) -> None:
    field = PathField("Model", "owner/name")
    qtbot.addWidget(field)
    press = getattr(QTest, "keyClicks")  # noqa: B009 - the stubs take it for a method
    press(field, "r", Qt.KeyboardModifier.AltModifier)
    assert field.text() == ""
    press(field, "r")
    assert field.text() == "r"


async def test_that_a_bare_file_can_be_described_and_its_sheet_edited(
    lab: Lab, panel: ModelPanel
) -> None:
    wanted: list[bool] = []
    panel.sheet_wanted.connect(lambda: wanted.append(True))
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.inference.open_failure = NotDescribedError(
        "It looks like a detector.", "Write a sheet.", by_button="Press it.", detail="No config."
    )
    lab.view_model.set_local_path("net.onnx")
    await lab.view_model.wait()
    assert panel.sheet.text() == "Describe…"
    assert panel.mark.text() == "✎"
    assert panel.status.text() == "It looks like a detector."
    assert panel.status.toolTip() == "No config."
    assert panel.advice.text() == "Press it."
    panel.sheet.click()
    assert wanted == [True]
    lab.inference.open_failure = SheetError("The sheet is wrong.", "Correct it.")
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert panel.sheet.text() == "Edit sheet…"
    lab.inference.open_failure = None
    lab.inference.has_sheet = True
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert panel.status.property("tone") == "success"
    assert panel.sheet.text() == "Edit sheet…"
    lab.view_model.set_local_path("folder")
    await lab.view_model.wait()
    assert not panel.sheet.isVisible()


async def test_that_no_sheet_is_offered_for_what_needs_none(lab: Lab, panel: ModelPanel) -> None:
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("net.onnx")
    await lab.view_model.wait()
    assert not panel.sheet.isVisible()
    lab.inference.open_failure = ModelFileError("net.onnx is damaged.", "Download it again.")
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert not panel.sheet.isVisible()


@pytest.mark.parametrize(
    ("reason", "has_token", "step", "is_again"),
    [
        (GateReason.NO_TOKEN, False, NextStep.SIGN_IN, False),
        (GateReason.NOT_ACCEPTED, True, NextStep.OPEN_MODEL_PAGE, True),
        (GateReason.AWAITING_APPROVAL, True, NextStep.OPEN_MODEL_PAGE, True),
    ],
)
async def test_that_a_gated_model_says_why_and_leads_on_before_a_run(
    lab: Lab,
    panel: ModelPanel,
    reason: GateReason,
    has_token: bool,
    step: NextStep,
    is_again: bool,
) -> None:
    asked: list[tuple[str, NextStep]] = []
    panel.step_wanted.connect(lambda model, wanted: asked.append((model, wanted)))
    lab.hub.models = (a_model("acme/gated", gated="manual"),)
    lab.hub.has_token = has_token
    refusal = gate_failure(reason, "acme/gated", "https://hub.test", "")
    lab.hub.refusals["acme/gated"] = refusal
    await lab.choose("a.png", model="acme/gated")
    assert panel.status.text() == refusal.message
    assert panel.advice.text() == refusal.advice
    assert panel.again.isVisible() is is_again
    assert "&" not in panel.step.text(), "the tab's other controls answer to its letters"
    panel.step.click()
    assert asked == [("acme/gated", step)]
    lab.hub.has_token = True
    lab.hub.refusals.clear()
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert panel.status.text().startswith("Runs here")
    assert panel.step.isHidden()


async def test_that_a_card_that_is_not_used_is_told_and_the_settings_named(
    lab: Lab, panel: ModelPanel
) -> None:
    machine = Machine(gpu=Gpu("NVIDIA H200", 139 * 2**30), devices={ONNX: frozenset({"cpu"})})
    lab.view_model._judge = Compatibility(lambda: False, look=lambda: machine)
    await lab.choose("a.png")
    assert panel.mark.text() == "✓"
    assert "NVIDIA H200, which ONNX Runtime does not use" in panel.advice.text()
    assert panel.advice.text().endswith("The settings show how.")
    assert not panel.command.isVisible()
    assert not panel.again.isVisible()


async def test_that_a_model_that_was_converted_is_run_by_its_other_weights_at_a_click(
    lab: Lab, panel: ModelPanel
) -> None:
    lab.view_model.set_model_text("acme/nuclei")
    await lab.view_model.wait()
    assert not panel.other.isVisible()
    board = lab.view_model._check._board
    for source, text, engine in (
        (ModelSource.HUGGING_FACE, "acme/nuclei:safetensors", "PyTorch"),
        (ModelSource.LOCAL, "/models/own", "ONNX Runtime"),
    ):
        lab.view_model.set_model_source(source)
        await lab.view_model.wait()
        status = replace(board.state.status, other=OtherWeights(text, engine))
        board.show(replace(board.state, status=status))
        assert panel.other.isVisible()
        assert panel.other.text() == f"Run on {engine}"
        panel.other.click()
        assert lab.view_model.state.source_text == text
        assert lab.view_model.state.model_source is source
        await lab.view_model.wait()
    await lab.close()
