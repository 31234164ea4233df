"""The folder of conversions: whole or not there, and nothing of a stranger's making."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.conversion.conversion_error import ConversionError
from ailab.services.conversion.conversion_json import record_from_text, record_to_text
from ailab.services.conversion.converted_model import ConversionRecord, ConvertedModel
from ailab.services.conversion.converted_store import ConvertedStore, files_in, take_over
from ailab.services.inference.json_fields import BadFieldError

OLD, NEW = "a" * 40, "b" * 40
RECORD = ConversionRecord(
    "acme/nuclei",
    OLD,
    "image-classification",
    "2026-11-29T10:00:00+00:00",
    source_files=(("model.safetensors", "ab" * 32),),
    versions=(("torch", "2.13.0"),),
    figures=(("difference of scores", 1e-6, 1e-3),),
    is_size_free=False,
    reason="its trace fixes them",
    picture="cells.png",
)


def keep(store: ConvertedStore, record: ConversionRecord = RECORD) -> ConvertedModel:
    with store.begun() as partial:
        (partial / "onnx").mkdir()
        (partial / "onnx" / "model.onnx").write_bytes(b"graph")
        (partial / "config.json").write_text("{}")
        return store.keep(partial, replace(record, files=files_in(partial)))


def test_that_a_record_is_read_as_it_was_written() -> None:
    record = replace(RECORD, files=(("onnx/model.onnx", 5), ("config.json", 2)))
    assert record_from_text(record_to_text(record)) == record


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "ailab run", "version": 1}'])
def test_that_another_text_is_no_record(text: str) -> None:
    with pytest.raises(BadFieldError):
        record_from_text(text)


def test_that_a_conversion_is_found_by_its_revision_alone(tmp_path: Path) -> None:
    store = ConvertedStore(tmp_path / "converted")
    assert store.read() == ()
    kept = keep(store)
    assert store.find("acme/nuclei", OLD) == kept
    assert kept.weights.read_bytes() == b"graph"
    assert kept.size == 7
    assert store.find("acme/nuclei", NEW) is None
    assert store.find("acme/other", OLD) is None
    newer = keep(store, replace(RECORD, revision=NEW, converted="2026-11-30T10:00:00+00:00"))
    assert store.read() == (newer, kept)


def test_that_a_newer_conversion_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    store = ConvertedStore(tmp_path)
    keep(store)
    again = keep(store, replace(RECORD, converted="2026-12-01T10:00:00+00:00"))
    assert store.read() == (again,)
    assert [entry.name for entry in tmp_path.iterdir()] == [f"acme--nuclei@{OLD}"]


def test_that_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    store = ConvertedStore(tmp_path)
    with store.begun() as partial:
        (partial / "model.onnx").write_bytes(b"half")
    assert list(tmp_path.iterdir()) == []


def test_that_what_a_killed_lab_left_is_swept_away_later(tmp_path: Path) -> None:
    left, fresh = tmp_path / ".partial-old", tmp_path / ".partial-new"
    for folder in (left, fresh):
        folder.mkdir()
        (folder / "model.onnx").write_bytes(b"half")
    os.utime(left, (0, 0))
    store = ConvertedStore(tmp_path)
    assert store.read() == ()
    keep(store)
    assert not left.exists()
    assert fresh.exists()  # another lab may be at it


@pytest.mark.parametrize("damage", ["size", "missing", "record", "renamed", "outside"])
def test_that_a_damaged_conversion_does_not_count(tmp_path: Path, damage: str) -> None:
    store = ConvertedStore(tmp_path)
    kept = keep(store)
    record = kept.folder / "conversion.json"
    if damage == "size":
        kept.weights.write_bytes(b"other graph")
    elif damage == "missing":
        kept.weights.unlink()
    elif damage == "record":
        record.write_text("{")
    elif damage == "renamed":
        kept.folder.rename(tmp_path / f"acme--other@{OLD}")
    else:
        (tmp_path / "secret").write_bytes(b"12345")
        outside = replace(kept.record, files=(("../secret", 5),))
        record.write_text(record_to_text(outside))
    assert store.read() == ()


def test_that_deleting_leaves_nothing_and_twice_is_no_failure(tmp_path: Path) -> None:
    store = ConvertedStore(tmp_path)
    keep(store)
    store.delete("acme/nuclei", OLD)
    store.delete("acme/nuclei", OLD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("model_id", "revision"), [("../etc", OLD), ("a/b/c", OLD), ("a/b", "..")])
def test_that_no_name_leads_out_of_the_folder(tmp_path: Path, model_id: str, revision: str) -> None:
    with pytest.raises(ValueError, match="no model: "):
        ConvertedStore(tmp_path).delete(model_id, revision)


def test_that_a_workers_files_are_moved_and_what_is_optional_may_be_missing(
    tmp_path: Path,
) -> None:
    made, folder = tmp_path / "made", tmp_path / "onnx"
    made.mkdir()
    (made / "model.onnx").write_bytes(b"graph")
    take_over(made, folder, ("model.onnx", "model.onnx.data"))
    assert files_in(folder) == (("model.onnx", 5),)
    assert list(made.iterdir()) == []
    with pytest.raises(ConversionError, match="could not be written"):
        take_over(made, folder, ("model.onnx",))


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_that_a_workers_link_is_refused(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (made / "model.onnx").symlink_to(tmp_path / "secret")
    with pytest.raises(ConversionError):
        take_over(made, tmp_path / "onnx", ("model.onnx",))
    assert files_in(tmp_path / "onnx") == ()


def test_that_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = ConvertedStore(tmp_path / "file" / "converted")
    with pytest.raises(ConversionError, match="could not be written"), store.begun():
        pass
