"""Sheets read for editing, checked and written."""

from __future__ import annotations

import errno
import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.inference.inference_errors import ModelFileError, SheetChangedError
from ailab.services.inference.model_sheet import read_sheet
from ailab.services.inference.open_model import open_model
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_file import SheetFile
from ailab.services.inference.sheet_service import SheetService

DRAFT = SheetDraft(
    task="image-classification",
    decoder="class-scores",
    width=8,
    height=8,
    color_order="BGR",
    resize="shortest-edge",
    shortest_edge=9,
    scale=1.0,
    mean=(104.0, 117.5, 123.0),
    labels=("red", "grün", "blue"),
    threshold=0.25,
)


@pytest.fixture
def bare(colour_model: Path) -> Path:
    """An `.onnx` file that nothing describes."""
    colour_model.with_suffix(".ailab.json").unlink()
    return colour_model


@pytest.fixture
def locked(bare: Path) -> Iterator[Path]:
    """The same in a folder that cannot be written to."""
    if sys.platform == "win32" or os.geteuid() == 0:
        pytest.skip("this person may write everywhere")
    bare.parent.chmod(0o500)
    yield bare
    bare.parent.chmod(0o700)


def test_that_what_is_written_reads_back_as_what_was_chosen(bare: Path) -> None:
    file = SheetFile(str(bare))
    opened = file.open()
    assert not opened.is_there
    assert (opened.draft.width, opened.draft.decoder) == (8, "class-scores")
    file.save(DRAFT, None)
    again = file.open()
    assert again.is_there
    assert again.draft == DRAFT
    assert again.problems == ()
    assert open_model(bare).labels == ("red", "grün", "blue")
    assert [path.name for path in bare.parent.glob("*.part")] == []


def test_that_the_sheet_is_written_for_a_person_to_read(bare: Path) -> None:
    SheetFile(str(bare)).save(replace(DRAFT, labels=(), label_file="names.txt"), None)
    text = bare.with_suffix(".ailab.json").read_text("utf-8")
    assert '    "mean": [104, 117.5, 123]\n  },' in text
    assert text.startswith('{\n  "format": 1,\n  "task": "image-classification",\n  "input": {\n')


def test_that_a_draft_is_described_without_being_written(bare: Path) -> None:
    model = SheetFile(str(bare)).describe(DRAFT)
    assert (model.task, model.labels, model.default_threshold) == (
        "image-classification",
        ("red", "grün", "blue"),
        0.25,
    )
    assert json.loads(model.sheet) == DRAFT.fields()
    assert not bare.with_suffix(".ailab.json").exists()
    with pytest.raises(ModelFileError, match='"task" must be one of'):
        SheetFile(str(bare)).describe(SheetDraft())
    with pytest.raises(ModelFileError, match="file of labels nowhere"):
        SheetFile(str(bare)).describe(replace(DRAFT, label_file="nowhere.txt"))


def test_that_nothing_is_written_over_what_was_not_looked_at(bare: Path) -> None:
    file, sheet = SheetFile(str(bare)), bare.with_suffix(".ailab.json")
    changes = file.compare(DRAFT)
    assert changes.found is None
    sheet.write_text('{"format": 1}')
    with pytest.raises(SheetChangedError, match="changed meanwhile"):
        file.save(DRAFT, changes.found)
    assert sheet.read_text() == '{"format": 1}'
    file.save(DRAFT, file.compare(DRAFT).found)
    assert read_sheet(sheet, bare).preprocessing.is_bgr


def test_that_it_says_field_by_field_what_saving_would_change(bare: Path) -> None:
    file = SheetFile(str(bare))
    file.save(DRAFT, None)
    assert file.compare(DRAFT).lines == ()
    other = replace(
        DRAFT, width=9, mean=None, threshold=None, labels=("a", "b", "c", "d", "e"), scale=1 / 255
    )
    assert file.compare(other).lines == (
        "input.width: 8 → 9",
        "input.scale: 1 → (left out)",
        "input.mean: [104, 117.5, 123] → (left out)",
        'labels: ["red", "grün", "blue"] → 5 entries, "a" …',
        "threshold: 0.25 → (left out)",
    )


def test_that_defaults_left_out_by_hand_are_no_change(bare: Path) -> None:
    sheet = bare.with_suffix(".ailab.json")
    sheet.write_text(
        '{"format": 1, "task": "image-classification", "input": {"width": 8, "height": 8},'
        ' "decoder": {"name": "class-scores"}}'
    )
    file = SheetFile(str(bare))
    opened = file.open()
    assert file.compare(opened.draft).lines == ()
    assert opened.draft.resize == "stretch"  # and not what the file would suggest


def test_that_of_a_wrong_sheet_the_rest_is_kept(bare: Path) -> None:
    bare.with_suffix(".ailab.json").write_text(
        '{"format": 1, "task": "image-classification", "colour": "BGR",'
        ' "input": {"width": "wide", "height": 12, "color_order": "BGR"},'
        ' "decoder": {"name": "class-scores"}, "labels": ["red"]}'
    )
    opened = SheetFile(str(bare)).open()
    assert (opened.draft.width, opened.draft.height, opened.draft.color_order) == (8, 12, "BGR")
    assert opened.draft.labels == ("red",)
    assert any('"input.width" must be a whole number' in each for each in opened.problems)


@pytest.mark.parametrize("text", ["{", "[]", "", "null", '"x"', "[" * 100_000])
def test_that_a_sheet_that_is_none_is_told_of_and_can_be_replaced(text: str, bare: Path) -> None:
    bare.with_suffix(".ailab.json").write_text(text)
    file = SheetFile(str(bare))
    opened = file.open()
    assert len(opened.problems) == 1
    assert opened.draft.width == 8
    changes = file.compare(DRAFT)
    assert changes.lines
    file.save(DRAFT, changes.found)
    assert file.open().draft == DRAFT


def test_that_of_an_object_that_is_missing_not_each_field_is_missed(bare: Path) -> None:
    bare.with_suffix(".ailab.json").write_text('{"format": 1, "task": "image-classification"}')
    assert SheetFile(str(bare)).open().problems == (
        'The sheet colour.ailab.json lacks "input".',
        'The sheet colour.ailab.json lacks "decoder".',
    )


def test_that_text_files_beside_the_model_are_offered(bare: Path) -> None:
    (bare.parent / "names.txt").write_text("a\nb\nc\n\n")
    (bare.parent / "photo.txt").write_bytes(b"\xff\xfe\x00\xd8")
    found = SheetFile(str(bare)).open().label_files
    assert [(each.name, each.count) for each in found] == [("names.txt", 3)]


def test_that_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="is missing"):
        SheetFile(str(tmp_path / "none.onnx")).open()
    (tmp_path / "text.onnx").write_text("hello")
    with pytest.raises(ModelFileError, match="is damaged, or is no ONNX model"):
        SheetFile(str(tmp_path / "text.onnx")).open()


def test_that_a_folder_that_cannot_be_written_to_is_told_of(locked: Path) -> None:
    with pytest.raises(ModelFileError, match="cannot be written to"):
        SheetFile(str(locked)).save(DRAFT, None)
    assert list(locked.parent.glob("*.ailab.json")) == []


@pytest.mark.parametrize(
    ("number", "said", "advice"),
    [
        (errno.EACCES, "cannot be written to", "must lie beside its model"),
        (errno.EROFS, "cannot be written to", "must lie beside its model"),
        (errno.ENOSPC, "The disk is full", "Make room"),
    ],
)
def test_that_a_sheet_that_cannot_be_written_is_told_of(
    number: int, said: str, advice: str, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("ailab.services.inference.sheet_file.replace_whole", refuse)
    with pytest.raises(ModelFileError, match=said) as caught:
        SheetFile(str(bare)).save(DRAFT, None)
    assert advice in caught.value.advice


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_that_whoever_may_read_the_model_may_read_its_sheet(bare: Path) -> None:
    bare.chmod(0o644)
    SheetFile(str(bare)).save(DRAFT, None)
    assert bare.with_suffix(".ailab.json").stat().st_mode & 0o777 == 0o644


def test_that_no_damage_to_the_model_breaks_it(bare: Path) -> None:
    chance, whole = random.Random(5), bare.read_bytes()
    opened = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        bare.write_bytes(damaged)
        with suppress(ModelFileError):
            opened += SheetFile(str(bare)).open().sheet == "colour.ailab.json"
    assert opened


async def test_that_names_are_read_from_any_text_file(tmp_path: Path) -> None:
    file = tmp_path / "names.labels"
    file.write_text("\ufeffcat\n\ndog \n\n", "utf-8")
    assert await SheetService().names(str(file)) == ("cat", "class 1", "dog")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ModelFileError, match=r"names\.labels cannot be read as UTF-8"):
        await SheetService().names(str(file))
    with pytest.raises(ModelFileError, match="There is no file"):
        await SheetService().names(str(tmp_path / "other.txt"))
    file.write_text("a\n\u3000\n \n", encoding="utf-8")
    found = await SheetService().names(str(file), are_characters=True)
    assert found == ("a", "\u3000", " ")


async def test_that_a_file_of_names_may_be_cut_within_a_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ailab.services.inference.label_file._MAX_BYTES", 6)
    file = tmp_path / "names.txt"
    file.write_text("cat\né\n", "utf-8")  # of seven bytes, the sixth ends the letter
    assert await SheetService().names(str(file)) == ("cat", "é")
    file.write_text("cats\né\n", "utf-8")
    assert await SheetService().names(str(file)) == ("cats",)
