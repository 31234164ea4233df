"""Runs that name other computers: whoever made them would learn that they were opened."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.named_shares import NamedShares
from ailab.services.results import journal_lines
from ailab.services.results.journal_lines import DoneFile, DonePicture, read_lines, to_line
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_journal import JOURNAL_FILE
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


async def test_that_a_run_of_no_time_that_there_is_does_not_hide_the_others(tmp_path: Path) -> None:
    odd = replace(RECORD, started="0001-01-01T00:00:00+14:00")
    for record in (odd, RECORD):
        await RunService().start(str(tmp_path), record)
    assert (await RunService().load(str(tmp_path))).record.started == RECORD.started


@pytest.mark.parametrize("started", ["0001-01-01T00:00:00", "9999-12-31T23:59:59-14:00", "once"])
async def test_that_a_run_of_no_time_that_there_is_can_be_gone_on_with(
    tmp_path: Path, started: str
) -> None:
    record = replace(RECORD, started=started)
    folder = await RunService().start(str(tmp_path), record)
    (folder / JOURNAL_FILE).touch()
    found = await RunService().unfinished(str(tmp_path), record)
    assert found is not None
    assert found.folder == folder


@pytest.mark.skipif(sys.platform == "win32", reason="where such a name is none that is there")
async def test_that_a_name_that_no_folder_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="cannot be read"):
        await RunService().load(str(tmp_path / ("x" * 5000)))


def test_that_a_journal_is_read_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = tmp_path / JOURNAL_FILE
    done = [DonePicture(name, (1, 1), (DoneFile("a.json", 1, "0" * 64),)) for name in "abc"]
    journal.write_bytes(b"".join(map(to_line, done)))
    assert read_lines(journal) == dict(zip("abc", done, strict=True))
    monkeypatch.setattr(journal_lines, "_MOST_BYTES", 2 * len(to_line(done[0])))
    assert list(read_lines(journal)) == ["a", "b"]
