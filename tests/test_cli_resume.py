"""Going on with runs whose process was killed, on the command line."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

import pytest
from broken_off_run import NUCLEI, contents, kill_after

import ailab
from ailab.__main__ import main
from ailab.exit_status import FAILED, MISUSED, OK

MODELS = Path(ailab.__file__).parent / "demo" / "models"
Output = pytest.CaptureFixture[str]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["ailab", "run", *map(str, arguments)])
    return main()


def folder_in(place: Path) -> Path:
    (folder,) = place.iterdir()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", ["centre-point-nuclei", "segformer-nuclei"])
def test_that_a_run_that_was_killed_and_gone_on_with_leaves_what_a_whole_one_does(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, name: str
) -> None:
    command = (MODELS / name, NUCLEI, "--save-to")
    assert run(monkeypatch, *command, tmp_path / "whole") == OK
    whole = capsys.readouterr()
    kill_after(2, "run", *map(str, command), str(tmp_path / "killed"))
    killed = folder_in(tmp_path / "killed")
    assert (killed / "journal.jsonl").exists()
    assert not (killed / "results.csv").exists()
    before = {file: file.stat().st_mtime_ns for file in killed.glob("nuclei-[12].*")}
    assert run(monkeypatch, *command, tmp_path / "killed", "--resume") == OK
    told = capsys.readouterr()
    assert "Resuming: 2 of 4 pictures are there\n" in told.err
    assert "Ran 2 pictures in " in told.err
    assert "; 2 were there already. The model took " in told.err
    assert told.out == whole.out
    assert {file: file.stat().st_mtime_ns for file in before} == before, "not run again"
    left, expected = contents(killed), contents(folder_in(tmp_path / "whole"))
    assert left.keys() == expected.keys()
    assert [each for each in expected if left[each] != expected[each]] == []
    assert ("pieces.csv" in left) == (name == "segformer-nuclei")


@pytest.mark.slow
def test_that_what_differs_is_told_and_nothing_is_touched(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    model, pictures = tmp_path / "model", tmp_path / "pictures"
    shutil.copytree(MODELS / "resnet-cell-cycle", model)
    pictures.mkdir()
    for number in (1, 2, 3):
        shutil.copy(NUCLEI / f"nuclei-{number}.jpg", pictures)
    command = (model, pictures, "--save-to", tmp_path / "runs")
    kill_after(1, "run", *map(str, command), "--threshold", "0.25")
    killed = folder_in(tmp_path / "runs")
    before = contents(killed)

    def refused(*more: str) -> str:
        assert run(monkeypatch, *command, "--resume", *more) == FAILED
        told = capsys.readouterr().err
        assert f"ailab: The run {killed.name} cannot be gone on with: " in told
        assert "The run that broke off stays as it is." in told
        assert folder_in(tmp_path / "runs") == killed
        assert contents(killed) == before
        return told

    assert "with: its threshold was 0.25, and is 0.75 now.\n" in refused("--threshold", "0.75")
    shutil.copy(NUCLEI / "nuclei-1.jpg", pictures / "nuclei-0.jpg")
    told = refused("--threshold", "0.25")
    assert "it was of 3 pictures, and these are 4: 1 of them is new, such as nuclei-0.jpg" in told
    (pictures / "nuclei-0.jpg").unlink()
    config = model / "config.json"
    config.write_text(config.read_text("utf-8") + "\n", "utf-8")
    assert "with: the model's files have changed since.\n" in refused("--threshold", "0.25")


def test_that_only_a_run_that_was_saved_is_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    command = (MODELS / "resnet-cell-cycle", NUCLEI / "nuclei-1.jpg", "--resume")
    assert run(monkeypatch, *command) == MISUSED
    assert "--save-to names no folder" in capsys.readouterr().err
    runs = tmp_path / "runs"
    assert run(monkeypatch, *command, "--save-to", runs) == OK
    told = capsys.readouterr().err
    assert f"ailab: No run in {runs} broke off: a new one begins.\n" in told
    assert run(monkeypatch, *command, "--save-to", folder_in(runs)) == FAILED
    assert "did not break off: there is nothing to go on with." in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="which has no such signals for programs")
def test_that_a_run_that_was_interrupted_is_gone_on_with_too(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    command = (MODELS / "resnet-cell-cycle", NUCLEI, "--save-to")
    assert run(monkeypatch, *command, tmp_path / "whole") == OK
    ended = kill_after(2, "run", *map(str, command), str(tmp_path / "ended"), by=signal.SIGTERM)
    assert "of 4 pictures were run" in ended
    folder = folder_in(tmp_path / "ended")
    assert {"results.csv", "journal.jsonl"} <= contents(folder).keys()
    assert run(monkeypatch, *command, tmp_path / "ended", "--resume") == OK
    assert "pictures are there\n" in capsys.readouterr().err
    assert contents(folder) == contents(folder_in(tmp_path / "whole"))
