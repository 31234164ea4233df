"""What a model of the Hub asks for, by the weights that are chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.prompt_kind import PromptKind
from ailab.viewmodels.asked_by import asked_by, task_of
from fakes import a_model, details_of

_LABELS, _VECTORS = "zero-shot-image-classification", "image-feature-extraction"


@pytest.mark.parametrize(
    ("variant", "task", "kind"),
    [
        ("fp32", _LABELS, PromptKind.LABELS),
        ("", _LABELS, PromptKind.LABELS),
        ("converted", _LABELS, PromptKind.LABELS),
        ("vision_model", _VECTORS, PromptKind.NONE),
    ],
)
def test_that_what_sees_alone_asks_for_no_labels(variant: str, task: str, kind: PromptKind) -> None:
    files = ("config.json", "onnx/text_model.onnx", "onnx/vision_model.onnx")
    details = replace(details_of(a_model(task=_LABELS), *files), architectures=("CLIPModel",))
    assert task_of(details, variant) == task
    assert asked_by(details, ONNX, variant) is kind


@pytest.mark.parametrize(
    ("variant", "task", "kind"),
    [("fp32", _LABELS, PromptKind.LABELS), ("visual", _VECTORS, PromptKind.NONE)],
)
def test_that_immichs_halves_are_told_by_their_files(
    variant: str, task: str, kind: PromptKind
) -> None:
    files = ("config.json", "textual/model.onnx", "visual/model.onnx")
    details = details_of(a_model(task=None), *files)
    assert task_of(details, variant) == task
    assert asked_by(details, ONNX, variant) is kind
