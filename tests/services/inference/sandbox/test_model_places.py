"""What a worker may read of models, and when another worker is needed."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from worker_lab import best, serving

from ailab.services.inference.sandbox.model_places import is_within, joined_places, model_places

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def paths(place: Path) -> set[str]:
    return {each.path for each in model_places(place)}


def test_that_a_model_of_the_hub_opens_the_cache_and_a_local_one_its_folder(
    tmp_path: Path,
) -> None:
    cache = tmp_path / "hub"
    snapshot = cache / "models--owner--name" / "snapshots" / COMMIT
    (snapshot / "onnx").mkdir(parents=True)
    (snapshot / "onnx" / "model.onnx").touch()
    assert paths(snapshot) == {str(cache)}
    assert paths(snapshot / "onnx" / "model.onnx") == {str(cache)}
    (cache / "token").touch()
    (cache / "blobs").mkdir()
    assert paths(snapshot) == {str(cache / "models--owner--name"), str(cache / "blobs")}
    beside = cache / "models--gpt2"
    beside.mkdir()  # a tokenizer that models of other repositories are read with
    opened = {cache / "models--owner--name", cache / "blobs", beside}
    assert paths(snapshot) == set(map(str, opened))
    folder = tmp_path / "mine" / "onnx"
    folder.mkdir(parents=True)
    (folder / "model.onnx").touch()
    assert paths(folder / "model.onnx") == {str(tmp_path / "mine")}
    assert paths(folder.parent) == {str(tmp_path / "mine")}


def test_that_of_a_home_folder_only_what_belongs_to_a_model_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    for name in ("m.onnx", "m.onnx_data", "m.ailab.json", "names.txt", "photo.jpg", ".secret.json"):
        (home / name).touch()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    named = {"m.onnx", "m.onnx_data", "m.ailab.json", "names.txt"}
    assert paths(home / "m.onnx") == {str(home / name) for name in named}
    snapshot = home / "models--a--b" / "snapshots" / COMMIT
    snapshot.mkdir(parents=True)
    assert paths(snapshot) == {str(home / "models--a--b")}


def test_that_a_folder_made_anew_is_another_place(tmp_path: Path) -> None:
    folder, other = tmp_path / "a", tmp_path / "b"
    folder.mkdir()
    before = model_places(folder)
    assert is_within(model_places(folder), before)
    folder.rename(tmp_path / "old")
    folder.mkdir()
    assert not is_within(model_places(folder), before)
    assert joined_places(model_places(folder), before) == model_places(folder)
    other.mkdir()
    both = joined_places(model_places(other), before)
    assert both == model_places(other) | before
    (folder / "inner").mkdir()
    assert is_within(model_places(folder / "inner"), before)


async def test_that_only_a_model_from_elsewhere_needs_another_worker(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    beside, elsewhere = copied(colour_model, tmp_path), copied(colour_model, tmp_path / "elsewhere")
    async with serving() as service:
        assert await best(service, colour_model, green_picture) == "green"
        first = service.worker_pid
        assert await best(service, beside, green_picture) == "green"
        assert service.worker_pid == first
        moved = copied(colour_model, tmp_path.parent / f"{tmp_path.name}-out")
        assert await best(service, moved, green_picture) == "green"
        second = service.worker_pid
        assert second != first
        for model in (colour_model, elsewhere, moved):
            assert await best(service, model, green_picture) == "green"
        assert service.worker_pid == second


async def test_that_a_folder_that_took_the_place_of_a_models_own_is_read(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    folder = tmp_path / "models"
    model = copied(colour_model, folder)
    async with serving() as service:
        assert await best(service, model, green_picture) == "green"
        folder.rename(tmp_path / "before")
        copied(colour_model, folder)
        assert await best(service, model, green_picture) == "green"


def copied(model: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    copy = folder / "copy.onnx"
    shutil.copy(model, copy)
    shutil.copy(model.with_suffix(".ailab.json"), copy.with_suffix(".ailab.json"))
    return copy


@pytest.mark.skipif(sys.platform == "win32", reason="its home is named otherwise")
async def test_that_a_model_in_the_home_folder_runs_and_its_new_sheet_is_read(
    colour_model: Path, green_picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(colour_model.parent))
    async with serving() as service:
        assert await best(service, colour_model, green_picture) == "green"
        renamed(colour_model.with_suffix(".ailab.json"))
        assert await best(service, colour_model, green_picture) == "leaf"


def renamed(sheet: Path) -> None:
    fields = json.loads(sheet.read_text()) | {"labels": ["blood", "leaf", "sky"]}
    beside = sheet.with_name("beside")
    beside.write_text(json.dumps(fields))
    beside.replace(sheet)
