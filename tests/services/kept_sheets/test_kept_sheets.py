from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.inference.inference_errors import (
    ModelFileError,
    NotDescribedError,
    SheetChangedError,
    SheetError,
)
from ailab.services.inference.open_model import model_files, open_model
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_service import SheetService
from ailab.services.kept_sheets.kept_sheets import KeptSheets
from ailab.services.kept_sheets.snapshot_file import snapshot_file
from ailab.services.kept_sheets.snapshot_sheet import SnapshotSheet
from ailab.services.results.model_hashes import model_hashes
from kept_model import COMMIT, keep_bare, write_bare

DRAFT = SheetDraft(
    task="image-classification",
    decoder="class-scores",
    width=8,
    height=8,
    labels=("red", "green", "blue"),
)


@pytest.fixture
def sheets(tmp_path: Path) -> KeptSheets:
    return KeptSheets(tmp_path / "data" / "sheets")


def sheet_of(sheets: KeptSheets, weights: Path) -> SnapshotSheet:
    sheet = sheets.sheet(str(weights))
    assert sheet is not None
    return sheet


def all_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if not path.is_dir()}


def test_that_a_file_in_the_cache_is_known_by_what_the_hub_calls_it(tmp_path: Path) -> None:
    weights = keep_bare(tmp_path, "acme/colours", "onnx/net.onnx")
    of = snapshot_file(weights)
    assert of is not None
    assert (of.model_id, of.revision, of.file) == ("acme/colours", COMMIT, "onnx/net.onnx")
    assert of.content == weights.resolve().name


def test_that_a_file_elsewhere_has_its_sheet_beside_it(tmp_path: Path, sheets: KeptSheets) -> None:
    path = write_bare(tmp_path / "net.onnx")
    assert snapshot_file(path) is None
    assert sheets.sheet(str(path)) is None


def test_that_nothing_is_written_into_the_cache(tmp_path: Path, sheets: KeptSheets) -> None:
    weights = keep_bare(tmp_path / "cache")
    before = all_files(tmp_path / "cache")
    sheet = sheet_of(sheets, weights)
    opened = sheet.open()
    assert not opened.is_there
    assert opened.sheet == "colours.ailab.json"
    assert any("ailab's own folder" in note for note in opened.notes)
    sheet.save(replace(opened.draft, labels=DRAFT.labels), None)
    assert all_files(tmp_path / "cache") == before
    assert sheet_of(sheets, weights).open().is_there


def test_that_a_described_model_is_opened_by_its_sheet(tmp_path: Path, sheets: KeptSheets) -> None:
    weights = keep_bare(tmp_path)
    snapshot = weights.parent
    with pytest.raises(NotDescribedError) as caught:
        open_model(snapshot, model_id="acme/colours", sheets=sheets)
    assert caught.value.weights == str(weights)
    assert "ailab describe acme/colours" in caught.value.advice
    assert "beside it" not in str(caught.value)
    sheet_of(sheets, weights).save(DRAFT, None)
    model = open_model(snapshot, model_id="acme/colours", revision=COMMIT, sheets=sheets)
    assert (model.name, model.task, model.labels) == ("acme/colours", DRAFT.task, DRAFT.labels)
    assert (model.path, model.variant, model.has_sheet) == (weights, "colours", True)
    assert json.loads(model.sheet)["task"] == DRAFT.task
    alone = open_model(weights, sheets=sheets)
    assert (alone.name, alone.labels) == ("colours", DRAFT.labels)
    with pytest.raises(NotDescribedError):
        open_model(snapshot)


def test_that_one_described_file_of_several_is_opened(tmp_path: Path, sheets: KeptSheets) -> None:
    keep_bare(tmp_path, file="a.onnx")
    weights = keep_bare(tmp_path, file="b.onnx")
    with pytest.raises(ModelFileError, match="and others"):
        open_model(weights.parent, sheets=sheets)
    sheet_of(sheets, weights).save(DRAFT, None)
    assert open_model(weights.parent, sheets=sheets).path == weights
    with pytest.raises(NotDescribedError):
        open_model(weights.parent, variant="a", sheets=sheets)


def test_that_files_of_the_same_name_have_sheets_of_their_own(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    outer = keep_bare(tmp_path, file="net.onnx")
    inner = keep_bare(tmp_path, file="onnx/net.onnx")
    sheet_of(sheets, outer).save(DRAFT, None)
    assert not sheet_of(sheets, inner).open().is_there
    assert [each.file for each in sheets.read()] == ["net.onnx"]
    assert sheets.files_of(outer.parent) == {"net.onnx"}
    assert sheets.files_of(tmp_path) == frozenset()


def test_that_a_sheet_counts_at_every_revision_and_another_file_is_told_of(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    sheet_of(sheets, keep_bare(tmp_path)).save(DRAFT, None)
    same = keep_bare(tmp_path, commit="1" * 40)
    assert open_model(same.parent, sheets=sheets).note == ""
    other = keep_bare(tmp_path, commit="2" * 40, more=_metadata())
    model = open_model(other.parent, sheets=sheets)
    assert model.labels == DRAFT.labels
    assert "colours.onnx has changed on the Hub" in model.note
    sheet = sheet_of(sheets, other)
    sheet.save(DRAFT, sheet.compare(DRAFT).found)  # looked at, and found to fit
    assert open_model(other.parent, sheets=sheets).note == ""


def test_that_names_go_into_the_sheet_so_that_it_needs_no_other_file(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    weights = keep_bare(tmp_path)
    names = weights.with_name("names.txt")
    names.write_text("rot\ngrün\nblau\n", "utf-8")
    sheet = sheet_of(sheets, weights)
    assert [each.name for each in sheet.open().label_files] == ["names.txt"]
    draft = replace(DRAFT, labels=(), label_file="names.txt")
    assert sheet.describe(draft).labels == ("rot", "grün", "blau")
    sheet.save(draft, None)
    names.unlink()
    assert open_model(weights.parent, sheets=sheets).labels == ("rot", "grün", "blau")
    assert sheet.open().draft.labels == ("rot", "grün", "blau")
    with pytest.raises(ModelFileError, match="is missing"):
        sheet.describe(draft)


def test_that_the_repositorys_own_sheet_counts_until_a_person_writes_one(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    weights = keep_bare(tmp_path)
    own = weights.with_name("colours.ailab.json")
    own.write_text(json.dumps(replace(DRAFT, labels=("a", "b", "c")).fields()), "utf-8")
    assert open_model(weights.parent, sheets=sheets).labels == ("a", "b", "c")
    sheet = sheet_of(sheets, weights)
    opened = sheet.open()
    assert opened.is_there
    assert opened.draft.labels == ("a", "b", "c")
    assert sheet.compare(DRAFT).lines == ()  # nothing of the person's is replaced
    sheet.save(DRAFT, None)
    assert open_model(weights.parent, sheets=sheets).labels == DRAFT.labels
    assert json.loads(own.read_text("utf-8"))["labels"] == ["a", "b", "c"]
    assert [each.file for each in sheets.forget("acme/colours")] == ["colours.onnx"]
    assert sheets.read() == ()
    assert open_model(weights.parent, sheets=sheets).labels == ("a", "b", "c")


def test_that_the_sheet_of_one_variant_is_forgotten_alone(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    for file in ("a.onnx", "onnx/model_quantized.onnx"):
        sheet_of(sheets, keep_bare(tmp_path, file=file)).save(DRAFT, None)
    assert sheets.forget("acme/colours", "b") == ()
    assert sheets.forget("acme/others") == ()
    (gone,) = sheets.forget("acme/colours", "q8")
    assert gone.file == "onnx/model_quantized.onnx"
    assert [each.file for each in sheets.read()] == ["a.onnx"]


def test_that_a_sheet_changed_meanwhile_is_not_written_over(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    weights = keep_bare(tmp_path)
    sheet = sheet_of(sheets, weights)
    sheet.save(DRAFT, None)
    with pytest.raises(SheetChangedError):
        sheet.save(replace(DRAFT, width=16), None)


def test_that_a_wrong_sheet_is_told_of_by_its_file(tmp_path: Path, sheets: KeptSheets) -> None:
    weights = keep_bare(tmp_path)
    sheet_of(sheets, weights).save(DRAFT, None)
    (kept,) = sheets.read()
    kept.place.write_text('{"format": 1}', "utf-8")
    with pytest.raises(SheetError, match="task") as caught:
        open_model(weights.parent, sheets=sheets)
    assert caught.value.weights == str(weights)
    (kept,) = sheets.read()
    assert kept.task == ""


def test_that_damaged_records_are_passed_over(tmp_path: Path, sheets: KeptSheets) -> None:
    weights = keep_bare(tmp_path)
    sheet_of(sheets, weights).save(DRAFT, None)
    (kept,) = sheets.read()
    record = kept.place.with_name("record.json")
    for text in ("", "[]", "{}", '{"format": 2, "model_id": "a/b", "file": "c", "content": ""}'):
        record.write_text(text, "utf-8")
        assert sheets.read() == ()
    # What the sheet says counts all the same where its file is opened.
    assert open_model(weights.parent, sheets=sheets).labels == DRAFT.labels


@pytest.mark.parametrize("name", ["../../../secret.txt", "/etc/passwd", "link.txt"])
def test_that_a_strangers_sheet_names_no_file_elsewhere(
    tmp_path: Path, sheets: KeptSheets, name: str
) -> None:
    weights = keep_bare(tmp_path / "cache")
    (tmp_path / "secret.txt").write_text("a\nb\nc\n", "utf-8")
    weights.with_name("link.txt").symlink_to(tmp_path / "secret.txt")
    own = weights.with_name("colours.ailab.json")
    own.write_text(json.dumps(replace(DRAFT, labels=(), label_file=name).fields()), "utf-8")
    sheet = sheet_of(sheets, weights)
    draft = sheet.open().draft
    for use in (sheet.describe, sheet.compare, lambda each: sheet.save(each, None)):
        with pytest.raises(ModelFileError):
            use(draft)
    assert sheets.read() == ()


def test_that_a_run_is_recorded_with_the_sheet_that_it_went_by(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    weights = keep_bare(tmp_path)
    sheet_of(sheets, weights).save(DRAFT, None)
    model = open_model(weights.parent, sheets=sheets)
    files = model_files(model.path, model.variant, sheet=model.sheet)
    assert files == (("colours.onnx", weights),)
    hashes = dict(model_hashes(model.path, model.variant, sheet=model.sheet))
    assert hashes["colours.onnx"] == weights.resolve().name
    (kept,) = sheets.read()
    digest = hashlib.sha256(kept.place.read_bytes()).hexdigest()
    assert hashes["colours.ailab.json"] == digest, "as sha256sum tells it"
    kept.place.write_bytes(b"\xef\xbb\xbf" + kept.place.read_bytes())
    assert open_model(weights.parent, sheets=sheets).labels == DRAFT.labels


async def test_that_the_editor_is_given_the_sheet_by_the_files_path(
    tmp_path: Path, sheets: KeptSheets
) -> None:
    service = SheetService(sheets=sheets)
    weights = keep_bare(tmp_path / "cache")
    opened = await service.open(str(weights))
    await service.save(opened.path, DRAFT, None)
    assert [each.model_id for each in sheets.read()] == ["acme/colours"]
    local = write_bare(tmp_path / "net.onnx")
    await service.save(str(local), DRAFT, None)
    assert local.with_name("net.ailab.json").exists()


def _metadata() -> bytes:
    """A field of an `.onnx` file that changes nothing of the network: the producer's version."""
    return b"\x1a\x011"
