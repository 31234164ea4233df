"""Runs that name other computers: whoever made them would learn that they were opened."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.named_shares import NamedShares
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_results import RunResults
from ailab.services.results.run_service import RunService

RECORD = RunRecord(
    model=r"\\evil\models\a.onnx",
    model_source="local",
    revision=None,
    endpoint=None,
    task="image-classification",
    threshold=0.5,
    started="2026-03-01T12:30:05+00:00",
    pictures=(r"\\evil\share\x.png",),
    reader="//other/models/b.onnx",
)


@pytest.mark.parametrize("name", [r"\\evil\share\x.json", "//evil/share/x.json", r"..\x.json"])
def test_that_a_result_is_looked_for_in_the_runs_folder_alone(name: str) -> None:
    record = replace(RECORD, results=(name,))
    assert RunResults(Path("run"), replace(record, finished="now")).file(0) == Path("run/x.json")


async def test_that_a_model_on_a_computer_that_the_run_alone_names_is_told(tmp_path: Path) -> None:
    folder = await RunService().start(str(tmp_path), RECORD)
    shares = NamedShares(is_windows=True)
    saved = await RunService(shares).load(str(folder))
    assert saved.strange_place == "the computer evil"
    assert saved.strange_place_of_reader == "the computer other"
    assert saved.strange_paths == {RECORD.model, RECORD.pictures[0]}
    shares.name(r"\\evil\models")
    assert not (await RunService(shares).load(str(folder))).strange_place


async def test_that_a_run_on_the_same_computer_as_its_pictures_is_a_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await RunService().start(str(tmp_path), RECORD)
    assert json.loads((folder / "run.json").read_text())["pictures"] == list(RECORD.pictures)
    monkeypatch.setattr("ailab.services.results.run_service.local_path", lambda _: folder)
    shares = NamedShares(is_windows=True)
    saved = await RunService(shares).load(r"\\EVIL\results\run")
    assert not saved.strange_place
    assert not shares.strange(RECORD.pictures[0])
