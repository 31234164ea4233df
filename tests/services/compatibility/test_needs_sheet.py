from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.kept_sheets.kept_sheets import KeptSheets
from fakes import a_model, details_of
from kept_model import keep_bare

DRAFT = SheetDraft(task="image-classification", decoder="class-scores", width=8, height=8)


def judge(details: ModelDetails, variant: str | None = None, *, here: bool = False) -> Verdict:
    return Compatibility(lambda: False).judge(details, variant=variant, is_here=here)


def described(
    tmp_path: Path, *files: str, draft: SheetDraft = DRAFT
) -> tuple[Compatibility, KeptSheets]:
    """A judge where files of `acme/colours` have been described."""
    sheets = KeptSheets(tmp_path / "sheets")
    for file in files:
        sheet = sheets.sheet(str(keep_bare(tmp_path / "cache", file=file)))
        assert sheet is not None
        sheet.save(draft, None)
    return Compatibility(lambda: False, sheets=sheets), sheets


def test_that_a_bare_file_runs_once_it_is_described() -> None:
    verdict = judge(details_of(a_model(task="object-detection"), "yolox_nano.onnx"))
    assert verdict.fit is Fit.NEEDS_SHEET
    assert not verdict.runs
    assert verdict.files == ("yolox_nano.onnx",)
    assert verdict.sheet_for == "yolox_nano.onnx"
    assert verdict.variant == "yolox_nano"
    assert verdict.download_size is not None
    assert verdict.memory is not None
    assert "once it is described" in verdict.summary
    assert "1.0 MB to download" in verdict.summary
    assert verdict.advice.startswith("Download it; then “Describe…”")
    assert "ailab describe acme/" in verdict.advice


def test_that_the_advice_no_longer_says_to_download_what_is_here() -> None:
    verdict = judge(details_of(a_model(), "yolox_nano.onnx"), here=True)
    assert "already on this disk" in verdict.summary
    assert verdict.advice.startswith("“Describe…”")


def test_that_the_hub_need_not_name_the_task_of_what_is_described() -> None:
    verdict = judge(details_of(a_model(task=None), "net.onnx"))
    assert verdict.fit is Fit.NEEDS_SHEET
    assert verdict.summary.startswith("Runs once it is described: 1.0 MB")
    assert judge(details_of(a_model(task=None), "net.onnx", "net.ailab.json")).runs


def test_that_a_row_is_enough_to_say_so() -> None:
    row = a_model(task="object-detection", files=("README.md", "yolox_nano.onnx"))
    assert Compatibility(lambda: False).judge_row(row).fit is Fit.NEEDS_SHEET


def test_that_a_configuration_without_preprocessing_does_not_stand_in_the_way() -> None:
    details = details_of(a_model(), "config.json", "model.onnx")
    unknown = replace(details, architectures=("MyOwnNetworkForVision",))
    verdict = judge(unknown)
    assert verdict.fit is Fit.NEEDS_SHEET
    assert verdict.files == ("model.onnx", "config.json")


def test_that_texts_that_may_hold_names_come_along_while_nothing_is_described() -> None:
    files = ("net.onnx", "coco_classes.txt", "requirements.txt", "LICENSE.txt", "docs/more.txt")
    details = details_of(a_model(), *files)
    assert judge(details).files == ("net.onnx", "coco_classes.txt")
    large = tuple(
        replace(each, size=2**21) if each.path == "coco_classes.txt" else each
        for each in details.files
    )
    assert judge(replace(details, files=large)).files == ("net.onnx",)


@pytest.mark.parametrize(
    ("task", "files"),
    [
        ("zero-shot-image-classification", ("model.onnx",)),
        ("mask-generation", ("model.onnx",)),
        ("image-to-text", ("encoder_model.onnx", "decoder_model_merged.onnx")),
    ],
)
def test_that_what_no_sheet_can_say_is_not_to_be_described(
    task: str, files: tuple[str, ...]
) -> None:
    verdict = judge(details_of(a_model(task=task), *files))
    assert verdict.fit is Fit.WONT_RUN
    assert "no sheet can say" in verdict.summary
    assert verdict.files == ()


def test_that_what_is_too_large_does_not_run_however_it_is_described() -> None:
    compatibility = Compatibility(lambda: False, look=lambda: Machine(total_memory=1000))
    compatibility._machine = Machine(total_memory=1000)
    verdict = compatibility.judge(details_of(a_model(), "net.onnx"))
    assert verdict.fit is Fit.WONT_RUN
    assert "memory" in verdict.summary


def test_that_access_comes_before_the_sheet() -> None:
    verdict = judge(details_of(a_model(gated="auto"), "net.onnx"))
    assert verdict.fit is Fit.NEEDS_ACCESS


def test_that_one_of_several_files_is_chosen_first() -> None:
    details = details_of(a_model(), "a.onnx", "b.onnx", "c.onnx", "d.onnx", "e.onnx", "f.onnx")
    verdict = judge(details)
    assert verdict.fit is Fit.NEEDS_SHEET
    assert "a, b, c, d and 2 more" in verdict.summary
    assert f"{details.info.id}:a" in verdict.advice
    assert (verdict.files, verdict.sheet_for) == ((), "")
    chosen = judge(details, "b")
    assert chosen.fit is Fit.NEEDS_SHEET
    assert (chosen.files, chosen.sheet_for) == (("b.onnx",), "b.onnx")
    assert f"{details.info.id}:b" in chosen.advice


async def test_that_what_a_person_described_runs_as_they_said(tmp_path: Path) -> None:
    compatibility, _ = described(tmp_path, "colours.onnx")
    details = details_of(a_model("acme/colours", task=None), "colours.onnx", "names.txt")
    assert compatibility.judge(details).fit is Fit.NEEDS_SHEET  # not looked around yet
    await compatibility.look_around()
    verdict = compatibility.judge(details)
    assert verdict.runs
    assert "Image Classification" in verdict.summary
    assert "as you described it" in verdict.summary
    assert verdict.files == ("colours.onnx",)
    assert verdict.sheet_for == "colours.onnx"
    assert compatibility.judge_row(replace(details.info, files=("colours.onnx",))).runs


async def test_that_a_sheet_of_one_file_or_model_is_not_that_of_another(tmp_path: Path) -> None:
    compatibility, _ = described(tmp_path, "colours.onnx")
    await compatibility.look_around()
    other_file = details_of(a_model("acme/colours"), "other.onnx")
    assert compatibility.judge(other_file).fit is Fit.NEEDS_SHEET
    other_model = details_of(a_model("acme/others"), "colours.onnx")
    assert compatibility.judge(other_model).fit is Fit.NEEDS_SHEET


async def test_that_the_one_described_of_several_files_is_taken(tmp_path: Path) -> None:
    compatibility, _ = described(tmp_path, "b.onnx")
    await compatibility.look_around()
    details = details_of(a_model("acme/colours"), "a.onnx", "b.onnx")
    verdict = compatibility.judge(details)
    assert verdict.runs
    assert verdict.variant == "b"
    assert compatibility.judge(details, variant="a").fit is Fit.NEEDS_SHEET


async def test_that_none_of_several_described_files_is_guessed(tmp_path: Path) -> None:
    compatibility, _ = described(tmp_path, "a.onnx", "b.onnx")
    await compatibility.look_around()
    details = details_of(a_model("acme/colours"), "a.onnx", "b.onnx", "c.onnx")
    assert not compatibility.judge(details).runs
    assert compatibility.judge(details, variant="b").runs


async def test_that_another_content_than_the_one_described_is_told_of(tmp_path: Path) -> None:
    compatibility, sheets = described(tmp_path, "colours.onnx")
    await compatibility.look_around()
    (kept,) = sheets.read()
    details = details_of(a_model("acme/colours"), "colours.onnx")
    for content, is_told in ((kept.content, False), ("f" * 64, True)):
        files = tuple(replace(each, sha256=content) for each in details.files)
        verdict = compatibility.judge(replace(details, files=files))
        assert verdict.runs
        assert ("has changed on the Hub" in verdict.advice) is is_told


async def test_that_a_described_map_of_text_needs_opencv(tmp_path: Path) -> None:
    draft = SheetDraft(task="object-detection", decoder="text-map", width=8, height=8)
    compatibility, _ = described(tmp_path, "colours.onnx", draft=draft)
    await compatibility.look_around()
    compatibility._machine = Machine()
    verdict = compatibility.judge(details_of(a_model("acme/colours"), "colours.onnx"))
    assert verdict.fit is Fit.NEEDS_EXTRA
    assert "OpenCV" in verdict.summary


async def test_that_the_weights_that_a_person_described_are_the_first_to_choose(
    tmp_path: Path,
) -> None:
    compatibility, _ = described(tmp_path, "b.onnx")
    details = details_of(a_model("acme/colours"), "a.onnx", "b.onnx")
    assert compatibility.variants(details) == ("a", "b")
    await compatibility.look_around()
    assert compatibility.variants(details) == ("b", "a")
