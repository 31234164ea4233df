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


def test_that_pytorch_has_no_network_for_jinas_clip() -> None:
    verdict = judge(_LABELS, "JinaCLIPModel", *DESCRIBED, *WORDS, "model.safetensors")
    assert verdict.fit is Fit.WONT_RUN
    assert "does not know JinaCLIPModel" in verdict.summary


def test_that_halves_without_a_tokenizer_read_nothing() -> None:
    verdict = judge(_LABELS, "CLIPModel", *DESCRIBED, *_CLIP[-2:])
    assert verdict.fit is Fit.WONT_RUN
    assert "without tokenizer.json" in verdict.summary


_IMMICH = (
    *("config.json", "visual/model.onnx", "visual/preprocess_cfg.json", "textual/model.onnx"),
    *("textual/tokenizer.json", "textual/tokenizer_config.json"),
)


@pytest.mark.parametrize("task", [_LABELS, "feature-extraction", None])
def test_that_immichs_folders_hold_both_halves(task: str | None) -> None:
    there = (*_IMMICH, "visual/model.armnn", "textual/vocab.json", "textual/model.armnn")
    verdict = judge(task, "", *there)
    assert verdict.fit is Fit.RUNS
    assert _BY_LABELS in verdict.summary
    assert "relative" in verdict.advice
    assert set(verdict.files) == set(_IMMICH)
    vectors = judge(task, "", *there, variant="visual")
    assert "Image Feature Extraction" in vectors.summary
    assert set(vectors.files) == {*_IMMICH[:3]}


def test_that_immichs_halves_need_a_tokenizer() -> None:
    verdict = judge(_LABELS, "", *_IMMICH[:4])
    assert verdict.fit is Fit.WONT_RUN
    assert "without tokenizer.json" in verdict.summary


_SUFFIXES = ("", "_fp16", "_q4", "_quantized")


def _variants(*stems: str) -> tuple[str, ...]:
    return tuple(f"onnx/{stem}{suffix}.onnx" for stem in stems for suffix in _SUFFIXES)


_DECODERS = ("decoder_model", "decoder_model_merged", "decoder_with_past_model")
_WRITTEN = (*DESCRIBED, *WORDS, "generation_config.json")
# Task, architecture, variant, the repository's files, and those of them that a run needs.
LAYOUTS: dict[str, tuple[str, str, str | None, tuple[str, ...], tuple[str, ...]]] = {
    "onnx-community/Florence-2-base-ft": (
        "image-text-to-text",
        "Florence2ForConditionalGeneration",
        "q4",
        (
            *_WRITTEN,
            *("merges.txt", "vocab.json", "added_tokens.json"),
            *_variants("vision_encoder", "embed_tokens", "encoder_model", *_DECODERS),
        ),
        (
            *_WRITTEN,
            *("onnx/vision_encoder_q4.onnx", "onnx/embed_tokens_q4.onnx"),
            *("onnx/encoder_model_q4.onnx", "onnx/decoder_model_merged_q4.onnx"),
        ),
    ),
    "PaliGemma, whose data is in several files": (
        "image-text-to-text",
        "PaliGemmaForConditionalGeneration",
        None,
        (
            *_WRITTEN,
            *_variants("vision_encoder", "embed_tokens", "decoder_model_merged"),
            *(f"onnx/decoder_model_merged.onnx_data{place}" for place in ("", "_1", "_2")),
            *("onnx/embed_tokens.onnx_data", "onnx/embed_tokens_fp16.onnx_data"),
        ),
        (
            *_WRITTEN,
            *("onnx/vision_encoder.onnx", "onnx/embed_tokens.onnx"),
            *("onnx/embed_tokens.onnx_data", "onnx/decoder_model_merged.onnx"),
            *(f"onnx/decoder_model_merged.onnx_data{place}" for place in ("", "_1", "_2")),
        ),
    ),
    "Xenova/vit-gpt2-image-captioning": (
        "image-to-text",
        "VisionEncoderDecoderModel",
        "fp16",
        (*_WRITTEN, *_variants("encoder_model", *_DECODERS)),
        (
            *_WRITTEN,
            *("onnx/encoder_model_fp16.onnx", "onnx/decoder_model_fp16.onnx"),
            "onnx/decoder_with_past_model_fp16.onnx",
        ),
    ),
    "onnx-community/sam3-tracker-ONNX": (
        "mask-generation",
        "Sam3TrackerModel",
        None,
        (
            *DESCRIBED,
            *_variants("vision_encoder", "prompt_encoder_mask_decoder"),
            *("onnx/vision_encoder.onnx_data", "onnx/vision_encoder_q4.onnx_data"),
        ),
        (
            *DESCRIBED,
            *("onnx/vision_encoder.onnx", "onnx/vision_encoder.onnx_data"),
            "onnx/prompt_encoder_mask_decoder.onnx",
        ),
    ),
    "at the root and in its folder": (
        "image-feature-extraction",
        "DINOv3ViTModel",
        None,
        (
            *DESCRIBED,
            *("model.onnx", "onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1"),
            *("onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data", "model.safetensors"),
        ),
        (*DESCRIBED, "onnx/model.onnx", "onnx/model.onnx_data", "onnx/model.onnx_data_1"),
    ),
    "briaai/RMBG-2.0": (
        "image-segmentation",
        "BiRefNet",
        "q8",
        (
            *DESCRIBED,
            *_variants("model"),
            *("BiRefNet_config.py", "birefnet.py", "model.safetensors", "pytorch_model.bin"),
        ),
        (*DESCRIBED, "onnx/model_quantized.onnx"),
    ),
    "BiRefNet without preprocessing": (
        "image-segmentation",
        "BiRefNet",
        None,
        ("config.json", "birefnet.py", "onnx/model.onnx", "onnx/labels.txt"),
        ("config.json", "onnx/model.onnx"),
    ),
    "onnx-community/yolov10n": (
        "object-detection",
        "YOLOv10ObjectDetection",
        None,
        (*DESCRIBED, *_variants("model")),
        (*DESCRIBED, "onnx/model.onnx"),
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_that_exactly_the_files_of_a_run_are_named(name: str) -> None:
    task, architecture, variant, there, needed = LAYOUTS[name]
    verdict = judge(task, architecture, "README.md", *there, variant=variant)
    assert verdict.fit is Fit.RUNS, verdict
    assert sorted(verdict.files) == sorted(needed)


@pytest.mark.parametrize(
    ("architecture", "task"),
    [("BiRefNet", "Image Segmentation"), ("YOLOv10", "Object Detection")],
)
def test_that_authors_own_networks_need_no_task_of_the_hub(architecture: str, task: str) -> None:
    verdict = judge(None, architecture, *DESCRIBED, "onnx/model.onnx")
    assert verdict.fit is Fit.RUNS
    assert task in verdict.summary


@pytest.mark.parametrize(
    ("task", "architecture", "there", "said"),
    [
        (
            "mask-generation",
            "SamModel",
            ("onnx/vision_encoder.onnx", "onnx/mask_decoder.onnx"),
            "parts of a network",
        ),
        (
            "image-to-text",
            "VisionEncoderDecoderModel",
            ("onnx/decoder_model_merged.onnx", "tokenizer.json"),
            "parts of a network",
        ),
        (
            "image-text-to-text",
            "Qwen2VLForConditionalGeneration",
            ("onnx/vision_encoder.onnx", "onnx/decoder_model_merged_q4.onnx"),
            "from safetensors alone",
        ),
        (
            "image-text-to-text",
            "Phi3VForCausalLM",
            ("cpu-int4-rtn-block-32/vision.onnx", "cpu-int4-rtn-block-32/genai_config.json"),
            "ONNX Runtime GenAI",
        ),
    ],
)
def test_that_parts_that_make_no_whole_are_told_of(
    task: str, architecture: str, there: tuple[str, ...], said: str
) -> None:
    verdict = judge(task, architecture, *DESCRIBED, *there)
    assert verdict.fit is Fit.WONT_RUN
    assert said in verdict.summary
