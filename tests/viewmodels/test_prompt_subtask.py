"""The kind of segmentation that is asked of a network of masks: chosen, remembered, run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.subtask import Subtask
from ailab.viewmodels.asked_by import asked_by
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.subtask_words import why_usual
from fakes import a_model, details_of
from inference_lab import Lab

SEGMENTER = "image-segmentation"
EOMT = "EomtForUniversalSegmentation"


async def choose(lab: Lab, name: str, *, decoder: str = "mask-queries") -> None:
    """A local model of masks and a picture are chosen."""
    lab.inference.task, lab.inference.decoder = SEGMENTER, decoder
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path(f"/models/{name}")
    lab.view_model.set_inputs(["a.png"])
    await lab.view_model.wait()


async def run(lab: Lab) -> None:
    lab.view_model.run()
    await lab.view_model.wait()


async def test_that_a_network_of_masks_is_asked_for_what_it_was_trained_for() -> None:
    lab = Lab()
    for name in ("ade-semantic", "coco-instance", "maskformer"):
        await choose(lab, name)
        assert lab.view_model.prompt.state.kind is PromptKind.SUBTASK
        assert lab.view_model.state.can_run
        await run(lab)
    assert [prompt.subtask for prompt in lab.inference.prompts] == [
        Subtask.SEMANTIC,
        Subtask.INSTANCE,
        Subtask.PANOPTIC,
    ]
    await lab.close()


async def test_that_each_network_keeps_the_kind_that_was_chosen_for_it() -> None:
    lab = Lab()
    await choose(lab, "ade-semantic")
    lab.view_model.prompt.set_subtask(Subtask.PANOPTIC)
    kept = []
    for name in ("coco-instance", "ade-semantic"):
        await choose(lab, name)
        kept.append(lab.view_model.prompt.state.subtask)
    assert kept == [Subtask.INSTANCE, Subtask.PANOPTIC]
    await lab.close()


async def test_that_other_networks_are_not_asked_for_a_kind() -> None:
    lab = Lab()
    await choose(lab, "ade-semantic", decoder="label-map")
    await run(lab)
    assert lab.inference.prompts == [NO_PROMPT]
    await lab.close()


async def test_that_a_semantic_segmentation_starts_with_all_pixels_shown() -> None:
    lab = Lab()
    await choose(lab, "maskformer")
    await run(lab)
    assert lab.view_model.results.state.threshold == 0.5
    lab.view_model.prompt.set_subtask(Subtask.SEMANTIC)
    await run(lab)
    assert lab.view_model.results.state.threshold == 0.0
    await lab.close()


async def test_that_the_kind_is_recorded_and_repeated() -> None:
    lab = Lab()
    await choose(lab, "ade-semantic")
    lab.view_model.prompt.set_subtask(Subtask.INSTANCE)
    lab.view_model.set_save_to("results")
    await run(lab)
    (record,) = lab.runs.records.values()
    assert record.prompts.every == Prompt(subtask=Subtask.INSTANCE)
    other = PromptViewModel()
    other.set_model("/models/ade-semantic")
    other.repeat(record)
    assert other.state.subtask is Subtask.INSTANCE
    await lab.close()


@pytest.mark.parametrize(
    ("architecture", "model", "kind"),
    [
        (EOMT, "a/coco_panoptic_eomt", PromptKind.SUBTASK),
        (EOMT, "a/ade_semantic_eomt", PromptKind.NONE),  # it sees pictures in pieces
        ("Mask2FormerForUniversalSegmentation", "a/ade-semantic", PromptKind.SUBTASK),
        ("RfDetrForInstanceSegmentation", "a/rf-detr", PromptKind.NONE),
    ],
)
def test_that_a_hub_model_tells_whether_it_gives_more_than_one_kind(
    architecture: str, model: str, kind: PromptKind
) -> None:
    details = replace(details_of(a_model(model, task=SEGMENTER)), architectures=(architecture,))
    assert asked_by(details, TORCH) is asked_by(details, ONNX) is kind


def test_that_it_is_said_which_kind_is_usual_and_why() -> None:
    assert why_usual("a/ade-semantic").startswith("Usual is semantic: the model's name says")
    assert why_usual("a/maskformer").startswith("Usual is panoptic, as in transformers' pipeline")
