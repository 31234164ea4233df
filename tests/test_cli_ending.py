"""What becomes of a command that is broken off, or named what there is not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import ailab
from ailab.__main__ import main
from ailab.exit_status import ENDED, FAILED, INTERRUPTED, OK
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.results import ResultsViewModel

NUCLEI = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei"
COMMAND = ("ailab", "run", "ailab-demo/centre-point-nuclei", "--demo")
Output = pytest.CaptureFixture[str]


@pytest.mark.skipif(sys.platform == "win32", reason="which has no such signals for programs")
@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        (signal.SIGTERM, ENDED, "ended by another program or by the system"),
        (signal.SIGINT, INTERRUPTED, "interrupted"),
    ],
)
def test_that_a_run_that_is_broken_off_tells_and_saves_what_is_done(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Output,
    tmp_path: Path,
    number: signal.Signals,
    status: int,
    words: str,
) -> None:
    add_result = ResultsViewModel.add_result

    def add_and_break_off(self: ResultsViewModel, result: PictureResult) -> None:
        add_result(self, result)
        if len(self.state.results) == 1:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(ResultsViewModel, "add_result", add_and_break_off)
    pictures = [str(NUCLEI / f"nuclei-{each}.jpg") for each in (1, 2, 3)]
    arguments = [*COMMAND, *pictures, "--save-to", str(tmp_path), "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    assert main() == status
    told = capsys.readouterr()
    done = len(json.loads(told.out)["results"])
    assert 1 <= done <= len(pictures)
    assert f"{done} of 3 pictures were run\n" in told.err
    assert told.err.endswith(f"ailab: {words}\n")
    (run,) = tmp_path.iterdir()
    assert {"run.json", "results.csv", "counts.csv", "coco.json"} <= {
        file.name for file in run.iterdir()
    }


@pytest.mark.skipif(sys.platform == "win32", reason="where nobody hears of a reader that left")
@pytest.mark.slow
@pytest.mark.parametrize("is_all_unread", [False, True])
def test_that_a_run_whose_reader_has_seen_enough_ends_and_saves_what_is_done(
    tmp_path: Path, is_all_unread: bool
) -> None:
    seen, written = os.pipe()
    os.close(seen)
    pictures = [str(NUCLEI / f"nuclei-{each}.jpg") for each in (1, 2, 3)]
    command = [sys.executable, "-m", *COMMAND, *pictures, "--save-to", str(tmp_path / "runs")]
    errors = tmp_path / "errors.txt"
    with errors.open("wb") as file:
        ended = subprocess.run(
            command, stdout=written, stderr=written if is_all_unread else file, check=False
        )
    os.close(written)
    assert ended.returncode == OK
    assert "Traceback" not in errors.read_text()
    assert is_all_unread or "of 3 pictures were run\n" in errors.read_text()
    (run,) = (tmp_path / "runs").iterdir()
    assert {"run.json", "results.csv", "counts.csv"} <= {file.name for file in run.iterdir()}


def test_that_a_run_tells_how_long_it_took(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr(sys, "argv", [*COMMAND, str(NUCLEI / "nuclei-1.jpg")])
    assert main() == OK
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("Ran 1 picture in ")
    assert last.endswith(" ms a picture (median).")


def test_that_what_is_spelt_as_a_path_is_looked_for_on_this_disk(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "model.onnx").touch()
    for name in ("./missing", str(tmp_path / "missing"), str(tmp_path / "model.onnx:int8")):
        monkeypatch.setattr(sys, "argv", ["ailab", "run", name, str(NUCLEI), "--demo"])
        assert main() == FAILED
        told = capsys.readouterr().err
        assert "There is no file or folder" in told
        assert Path(name).name in told


def test_that_a_mistake_in_ailab_is_owned_up_to(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    def fail(self: ResultsViewModel, result: PictureResult) -> None:
        raise KeyError("hf_secret")

    monkeypatch.setattr(ResultsViewModel, "add_result", fail)
    monkeypatch.setattr(sys, "argv", [*COMMAND, str(NUCLEI / "nuclei-1.jpg")])
    assert main() == FAILED
    told = capsys.readouterr().err
    assert "went wrong by a mistake in ailab (KeyError)" in told
    assert "hf_secret" not in told
