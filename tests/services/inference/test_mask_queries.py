"""Which kind of segmentation a network of masks is asked for, and how that goes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.masks import Masks
from ailab.services.inference.model_description import DecoderSettings, ModelDescription
from ailab.services.inference.network import MODEL, TensorSpec
from ailab.services.inference.pipelines.mask_queries import MaskQueriesPipeline
from ailab.services.inference.pipelines.table import pipeline_for
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.preprocessing import Preprocessing, Resize
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_json import prompt_from_json, prompt_to_json
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.prompts import Prompts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.subtask import SUBTASK_DECODERS, SUBTASK_MODELS, Subtask
from ailab.services.inference.usual_subtask import named_subtask, usual_subtask

SEGMENTER = "image-segmentation"
EACH = [Prompt(subtask=subtask) for subtask in Subtask]


class _OneThing:
    """A query that claims the left half, of a class that it is 40 % sure of."""

    device = ON_CPU

    def inputs(self, _part: str = MODEL) -> list[TensorSpec]:
        return [TensorSpec("pixel_values", "float32", (None, 3, None, None))]

    def has(self, part: str) -> bool:
        return part == MODEL

    def run(
        self, feeds: Mapping[str, npt.NDArray[Any]], _part: str = MODEL
    ) -> dict[str, npt.NDArray[Any]]:
        count = len(feeds["pixel_values"])
        masks = np.full((count, 1, 8, 8), -8, np.float32)
        masks[..., :4] = 8
        scores = np.log(np.array([[[0.4, 0.1, 0.5]]], np.float32))
        return {
            "class_queries_logits": np.repeat(scores, count, axis=0),
            "masks_queries_logits": masks,
        }

    def terminate(self) -> None:
        """Nothing is under way."""


@pytest.fixture
def pipeline() -> MaskQueriesPipeline:
    described = ModelDescription(
        Path("m"),
        SEGMENTER,
        ("cell", "dust"),
        Preprocessing(Resize.NONE),
        DecoderSettings("mask-queries", class_count=2),
        0.5,
    )
    made = pipeline_for(_OneThing(), described)
    assert isinstance(made, MaskQueriesPipeline)
    return made


PICTURE = np.zeros((8, 8, 3), np.uint8)


def test_that_a_prompt_tells_how_masks_are_read(pipeline: MaskQueriesPipeline) -> None:
    semantic, instance, panoptic, unasked = (
        pipeline.finish(pipeline.run(pipeline.prepare(PICTURE, prompt)))
        for prompt in (*EACH, NO_PROMPT)
    )
    assert isinstance(semantic, Segmentation)
    assert [segment.area for segment in semantic.segments] == [1.0]
    assert isinstance(instance, Masks)
    assert [mask.label for mask in instance.items] == ["cell"]
    assert isinstance(panoptic, Segmentation)
    assert panoptic == unasked
    assert (semantic.tells_objects, panoptic.tells_objects) == (False, True)
    assert panoptic.segments == ()  # what scores under one half does not compete


def test_that_pictures_run_at_once_are_each_read_as_asked(pipeline: MaskQueriesPipeline) -> None:
    prepared = [pipeline.prepare(PICTURE, prompt) for prompt in EACH]
    assert len({pipeline.batch_key(each) for each in prepared}) == 1
    kinds = [type(pipeline.finish(answer)) for answer in pipeline.run_all(prepared)]
    assert kinds == [Segmentation, Masks, Segmentation]


@pytest.mark.parametrize(
    ("model", "named"),
    [
        ("facebook/mask2former-swin-tiny-ade-semantic", Subtask.SEMANTIC),
        ("facebook/mask2former-swin-tiny-coco-instance", Subtask.INSTANCE),
        ("tue-mps/coco_panoptic_eomt_large_640", Subtask.PANOPTIC),
        ("facebook/maskformer-swin-tiny-ade", None),
        ("semantic/oneformer", None),
        ("acme/semantic-and-panoptic", None),
        ("acme/semantics", None),
        ("/models/ade-semantic", Subtask.SEMANTIC),
        ("/models/ade-semantic/", Subtask.SEMANTIC),
        ("/models/ade-semantic/onnx/model.onnx", Subtask.SEMANTIC),
        ("C:\\models\\coco-instance.onnx", Subtask.INSTANCE),
        (f"hub/models--a--ade-semantic/snapshots/{'0a' * 20}", Subtask.SEMANTIC),
        ("/semantic/mask2former", None),
        ("", None),
    ],
)
def test_that_a_name_tells_what_a_model_was_trained_for(model: str, named: Subtask | None) -> None:
    assert named_subtask(model) is named
    assert usual_subtask(model) is (named or Subtask.PANOPTIC)


def test_that_networks_of_masks_are_asked_for_a_kind_and_others_are_not() -> None:
    for decoder in SUBTASK_DECODERS:
        assert prompt_kind(SEGMENTER, decoder=decoder) is PromptKind.SUBTASK
    for name in SUBTASK_MODELS:
        assert prompt_kind(SEGMENTER, architecture=name) is PromptKind.SUBTASK
        assert prompt_kind(SEGMENTER, architecture=name, decoder="class-patches") is PromptKind.NONE
    assert prompt_kind(SEGMENTER, architecture="RfDetrForInstanceSegmentation") is PromptKind.NONE
    assert not PromptKind.SUBTASK.is_needed


def test_that_only_those_that_take_it_are_told() -> None:
    asked = Prompts(Prompt(labels=("cat",), subtask=Subtask.INSTANCE))
    taken = asked.taken_by(PromptKind.SUBTASK, ("a.png",))
    assert taken == Prompts(Prompt(subtask=Subtask.INSTANCE))
    for kind in PromptKind:
        if kind is not PromptKind.SUBTASK:
            assert asked.taken_by(kind, ("a.png",)).every.subtask is None


@pytest.mark.parametrize("prompt", [*EACH, NO_PROMPT])
def test_that_a_kind_goes_through_json(prompt: Prompt) -> None:
    assert prompt_from_json(Fields(prompt_to_json(prompt))) == prompt


def test_that_json_without_a_kind_is_read_and_one_with_another_refused() -> None:
    fields = prompt_to_json(NO_PROMPT)
    with pytest.raises(BadFieldError, match="subtask"):
        prompt_from_json(Fields({**fields, "subtask": "depth"}))
    del fields["subtask"]
    assert prompt_from_json(Fields(fields)) == NO_PROMPT


def test_that_a_semantic_segmentation_is_shown_whole() -> None:
    model = RunnableModel("m", Path("m"), SEGMENTER)
    assert [model.threshold_for(prompt) for prompt in (*EACH, NO_PROMPT)] == [0.0, 0.5, 0.5, 0.5]
