"""Folders of pictures on the command line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

import ailab
from ailab.__main__ import main
from ailab.exit_status import FAILED, OK

NUCLEI = Path(ailab.__file__).parent / "demo" / "pictures" / "nuclei" / "nuclei-1.jpg"


def test_that_the_copies_of_a_saved_run_are_told_to_be_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["ailab", "run", "ailab-demo/centre-point-nuclei", "--demo"]
    monkeypatch.setattr(sys, "argv", [*command, str(NUCLEI), "--save-to", str(tmp_path)])
    assert main() == OK
    assert "saved run" not in capsys.readouterr().err
    (run,) = tmp_path.iterdir()
    monkeypatch.setattr(sys, "argv", [*command, str(run)])
    assert main() == OK
    told = capsys.readouterr().err
    assert "ailab: 1 picture of a saved run, which “Load results…” shows in the window.\n" in told


def test_that_pictures_of_other_formats_in_a_folder_are_told_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["ailab", "run", "ailab-demo/centre-point-nuclei", str(tmp_path), "--demo"]
    monkeypatch.setattr(sys, "argv", command)
    (tmp_path / "a.czi").write_bytes(b"ZISRAWFILE")
    assert main() == FAILED
    told = capsys.readouterr().err
    assert f"no picture in the folder {tmp_path.name} that ailab takes, but 1 CZI." in told
    shutil.copy(NUCLEI, tmp_path)
    assert main() == OK
    told = capsys.readouterr().err
    assert "ailab: 1 CZI left out: to run it, save it as TIFF or PNG.\n" in told


def test_that_sub_folders_are_searched_where_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["ailab", "run", "ailab-demo/centre-point-nuclei", str(tmp_path), "--demo"]
    (tmp_path / "site 1" / "Höhle").mkdir(parents=True)
    shutil.copy(NUCLEI, tmp_path / "site 1" / "Höhle")
    (tmp_path / "site 1" / "film.mp4").write_bytes(b"x")
    monkeypatch.setattr(sys, "argv", command)
    assert main() == FAILED
    assert "--sub-folders in a terminal" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", [*command, "--sub-folders"])
    assert main() == OK
    told = capsys.readouterr()
    assert str(Path("site 1", "Höhle", "nuclei-1.jpg")) in told.out
    assert "ailab: 1 MP4 left out: to run it, save the frames as PNG.\n" in told.err
