"""The layouts of ONNX exports on the Hub: what is judged of them, which files a run needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.verdict import Fit, Verdict
from fakes import a_model, details_of

DESCRIBED = ("config.json", "preprocessor_config.json")
WORDS = ("tokenizer.json", "tokenizer_config.json")
_CLIP = (*DESCRIBED, *WORDS, "onnx/text_model.onnx", "onnx/vision_model.onnx")
_LABELS = "zero-shot-image-classification"
_BY_LABELS = "Zero-Shot Image Classification by labels that you type"


def judge(
    task: str | None,
    architecture: str,
    *files: str,
    variant: str | None = None,
    needs_remote_code: bool = False,
) -> Verdict:
    info = a_model(task=task, library="transformers.js", needs_remote_code=needs_remote_code)
    details = replace(
        details_of(info, *files),
        architectures=(architecture,) if architecture else (),
        needs_remote_code=needs_remote_code,
    )
    return Compatibility(lambda: False).judge(details, variant=variant)


def test_that_pictures_and_words_in_two_files_run_with_relative_scores() -> None:
    there = (*_CLIP, "onnx/text_model_fp16.onnx", "onnx/vision_model_fp16.onnx", "README.md")
    verdict = judge(_LABELS, "CLIPModel", *there)
    assert verdict.fit is Fit.RUNS
    assert _BY_LABELS in verdict.summary
    assert "its scores are relative" in verdict.advice
    assert set(verdict.files) == set(_CLIP)
    half = judge(_LABELS, "CLIPModel", *there, variant="fp16")
    assert {name for name in half.files if name.endswith(".onnx")} == set(there[-3:-1])
    whole = judge(_LABELS, "CLIPModel", *there, "onnx/model.onnx")
    assert "onnx/vision_model.onnx" not in whole.files
    assert "relative" not in whole.advice


@pytest.mark.parametrize("variant", [None, "vision_model_fp16"])
def test_that_what_sees_makes_vectors_by_itself(variant: str | None) -> None:
    beside = _CLIP[-2:] if variant is not None else ()
    there = (*DESCRIBED, *WORDS, "onnx/vision_model_fp16.onnx")
    verdict = judge(_LABELS, "CLIPModel", *there, *beside, variant=variant)
    assert verdict.fit is Fit.RUNS
    assert "Image Feature Extraction" in verdict.summary
    assert "labels" not in verdict.summary
    assert set(verdict.files) == {*DESCRIBED, "onnx/vision_model_fp16.onnx"}


@pytest.mark.parametrize("task", ["feature-extraction", "image-feature-extraction", None])
def test_that_jinas_clip_scores_labels_whatever_it_is_filed_under(task: str | None) -> None:
    there = (*DESCRIBED, *WORDS, "onnx/model.onnx", "onnx/model.onnx_data", "model.safetensors")
    verdict = judge(task, "JinaCLIPModel", *there, needs_remote_code=True)
    assert verdict.fit is Fit.RUNS
    assert _BY_LABELS in verdict.summary
    assert "Its own Python code is not needed" in verdict.summary
    assert "relative" in verdict.advice
    assert set(verdict.files) == set(there[:-1])


def test_that_halves_without_a_tokenizer_read_nothing() -> None:
    verdict = judge(_LABELS, "CLIPModel", *DESCRIBED, *_CLIP[-2:])
    assert verdict.fit is Fit.WONT_RUN
    assert "without tokenizer.json" in verdict.summary


def test_that_immichs_folders_are_told_of() -> None:
    there = (*DESCRIBED, "textual/model.onnx", "visual/model.onnx", "textual/tokenizer.json")
    verdict = judge(_LABELS, "", *there)
    assert verdict.fit is Fit.WONT_RUN
    assert "as Immich keeps them" in verdict.summary
