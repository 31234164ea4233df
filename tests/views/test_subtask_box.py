"""The drop-down of kinds of segmentation in the Inference tab."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ailab.services.inference.subtask import Subtask
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.subtask_words import SUBTASK_WORDS
from ailab.views.prompt_panel import PromptPanel
from inference_lab import Lab


async def choose(lab: Lab, name: str, decoder: str) -> None:
    """A local model of segmentation is chosen."""
    lab.inference.task, lab.inference.decoder = "image-segmentation", decoder
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path(f"/models/{name}")
    await lab.view_model.wait()


async def test_that_a_kind_of_segmentation_is_chosen_where_masks_can_give_several(
    lab: Lab, qtbot: QtBot
) -> None:
    panel = PromptPanel(lab.view_model)
    qtbot.addWidget(panel)
    box = panel.subtask
    await choose(lab, "segformer", "label-map")
    assert panel.isHidden()
    await choose(lab, "ade-semantic", "mask-queries")
    assert not box.isHidden()
    assert panel.question.isHidden()
    assert box.subtasks.currentText() == SUBTASK_WORDS[Subtask.SEMANTIC]
    assert box.usual.text().startswith("Usual is semantic")
    assert box.subtasks.accessibleName()
    index = box.subtasks.findText(SUBTASK_WORDS[Subtask.INSTANCE])
    box.subtasks.setCurrentIndex(index)
    box.subtasks.activated.emit(index)
    assert lab.view_model.prompt.state.subtask is Subtask.INSTANCE
    await choose(lab, "maskformer", "mask-queries")
    assert box.subtasks.currentText() == SUBTASK_WORDS[Subtask.PANOPTIC]
    assert box.usual.text().startswith("Usual is panoptic, as in transformers' pipeline")
    await lab.close()
