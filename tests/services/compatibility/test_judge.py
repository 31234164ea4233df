from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails
from fakes import a_model, details_of

ONNX = ("config.json", "preprocessor_config.json", "onnx/model.onnx")


def judge(details: ModelDetails, *, has_token: bool) -> Verdict:
    return Compatibility(lambda: has_token).judge(details)


def test_that_onnx_weights_with_their_description_run() -> None:
    verdict = judge(details_of(a_model()), has_token=False)
    assert verdict.runs
    assert verdict.files == ("onnx/model.onnx", "config.json", "preprocessor_config.json")
    assert verdict.download_size == 3_000_000
    assert "3.0 MB" in verdict.summary


def test_that_external_data_is_downloaded_and_other_variants_are_not() -> None:
    files = (*ONNX, "onnx/model.onnx_data", "onnx/model_fp16.onnx", "onnx/model_quantized.onnx")
    verdict = judge(details_of(a_model(), *files), has_token=False)
    assert verdict.files == (
        "onnx/model.onnx",
        "onnx/model.onnx_data",
        "config.json",
        "preprocessor_config.json",
    )


def test_that_a_bare_onnx_file_with_a_sheet_runs() -> None:
    files = ("yolox_nano.onnx", "yolox_nano.ailab.json", "coco_classes.txt", "more/notes.txt")
    verdict = judge(details_of(a_model(), *files), has_token=False)
    assert verdict.runs
    assert verdict.files == files[:3]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (("config.json", "pytorch_model.bin"), "pickle"),
        (("model.safetensors", "pytorch_model.bin", "config.json"), "safetensors"),
        (("encoder_model.onnx", "decoder_model_merged.onnx"), "description"),
        (("a.onnx", "b.onnx", "config.json", "preprocessor_config.json"), "several ONNX files"),
        (("sub/model.onnx", "config.json", "preprocessor_config.json"), "none is model.onnx or"),
        (("README.md",), "no engine for the library transformers"),
    ],
)
def test_that_files_that_cannot_run_are_refused_with_the_reason(
    files: tuple[str, ...], reason: str
) -> None:
    verdict = judge(details_of(a_model(), *files), has_token=False)
    assert not verdict.runs
    assert reason in verdict.summary
    assert verdict.advice
    assert verdict.files == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"disabled": True}, "switched this model off"),
        ({"info": a_model(task="text-to-image")}, "Text-to-Image"),
        ({"info": a_model(task=None)}, "what task"),
        ({"architectures": ("OneFormerForUniversalSegmentation",)}, "without tokenizer.json"),
        ({"architectures": ("SuperGlueForKeypointMatching",)}, "two pictures"),
        ({"architectures": ("VideomtForUniversalSegmentation",)}, "a video"),
        ({"architectures": ("VitMatteForImageMatting",)}, "a trimap"),
        ({"architectures": ("SegGptForImageSegmentation",)}, "prepares its pictures"),
        ({"info": a_model(gated="auto")}, "Needs access"),
    ],
)
def test_that_models_that_cannot_run_are_refused_with_the_reason(
    changes: dict[str, object], reason: str
) -> None:
    details: ModelDetails = replace(details_of(a_model()), **changes)  # type: ignore[arg-type]  # real fields
    verdict = judge(details, has_token=False)
    assert not verdict.runs
    assert reason in verdict.summary
    assert verdict.advice


def test_that_remote_code_refuses_only_where_nothing_else_runs() -> None:
    without = replace(details_of(a_model(), "model.safetensors"), needs_remote_code=True)
    assert "Python code" in judge(without, has_token=False).summary
    beside = replace(details_of(a_model()), needs_remote_code=True)
    assert judge(beside, has_token=False).runs


def test_that_a_gated_model_runs_only_for_who_is_let_in() -> None:
    details = details_of(a_model(gated="manual"))
    compatibility = Compatibility(lambda: True)
    told = compatibility.judge(details)
    assert told.fit is Fit.NEEDS_ACCESS
    assert told.files == judge(details_of(a_model()), has_token=False).files
    compatibility.tell_access(details.info.id, is_let_in=True)
    assert compatibility.judge(details).runs
    compatibility.tell_access(details.info.id, is_let_in=False)
    assert compatibility.judge(details).fit is Fit.NEEDS_ACCESS
    compatibility.tell_access(details.info.id, is_let_in=True)
    compatibility.forget_access()
    assert compatibility.judge(details).fit is Fit.NEEDS_ACCESS


def test_that_a_gated_model_on_this_disk_needs_no_access() -> None:
    details = details_of(a_model(gated="manual"))
    verdict = Compatibility(lambda: False).judge(details, is_here=True)
    assert verdict.runs
    assert "already on this disk" in verdict.summary


def test_that_a_row_of_a_gated_model_is_no_promise() -> None:
    row = a_model(gated="auto", files=tuple(file.path for file in details_of(a_model()).files))
    compatibility = Compatibility(lambda: True)
    assert compatibility.judge_row(row).fit is Fit.NEEDS_ACCESS
    compatibility.tell_access(row.id, is_let_in=True)
    assert compatibility.judge_row(row).runs


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (3_660_092, "3.7 MB"),
        (999_960, "1.0 MB"),
        (123_456_789, "123 MB"),
        (5e15, "5000 TB"),
    ],
)
def test_that_sizes_read_as_people_count_them(size: float, text: str) -> None:
    assert format_bytes(size) == text
