"""Pieces of regions on the command line, of the demonstration's nuclei."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from test_cli import NUCLEI, SEGMENTER, Output, call

from ailab.exit_status import MISUSED, OK


def test_that_pieces_are_printed_saved_and_recorded_alike(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    arguments = ("run", SEGMENTER, NUCLEI, "--demo", "--save-to", str(tmp_path))
    assert call(monkeypatch, *arguments, "--pieces-from", "150") == OK
    line = capsys.readouterr().out.strip()
    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "run.json").read_text("utf-8"))["pieces_from"] == 150
    with (folder / "pieces.csv").open(encoding="utf-8-sig", newline="") as file:
        pieces = list(csv.DictReader(file))
    nuclei = sum(piece["label"] == "nucleus" for piece in pieces)
    assert 15 < nuclei < 40
    assert f"nucleus 21% ({nuclei} pieces, " in line
    assert " smaller left out)" in line
    assert min(int(piece["pixels"]) for piece in pieces) >= 150


@pytest.mark.slow
def test_that_json_has_their_numbers(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    arguments = ("run", SEGMENTER, NUCLEI, "--demo", "--json")
    numbers = []
    for pieces_from in ("0", "150"):
        assert call(monkeypatch, *arguments, "--pieces-from", pieces_from) == OK
        answer = json.loads(capsys.readouterr().out)
        assert answer["pieces_from"] == int(pieces_from)
        (result,) = answer["results"]
        segments = result["prediction"]["segments"]
        pieces = {each["label"]: each.get("pieces") for each in segments}
        assert pieces["background"] is None
        numbers.append(sum(number or 0 for number in pieces.values()))
    assert numbers[0] > numbers[1] > 10


@pytest.mark.parametrize("wrong", ["-1", "few", "2000000"])
def test_that_a_size_which_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, wrong: str
) -> None:
    arguments = ("run", SEGMENTER, NUCLEI, "--demo", "--pieces-from", wrong)
    assert call(monkeypatch, *arguments) == MISUSED
    assert "a whole number from 0" in capsys.readouterr().err


def test_that_areas_are_told_in_the_size_of_pixels_that_is_given(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    arguments = ("run", SEGMENTER, NUCLEI, "--demo", "--save-to", str(tmp_path))
    assert call(monkeypatch, *arguments, "--pixel-size", "250 nm") == OK
    assert " µm² on average" in capsys.readouterr().out.replace("\u00a0", " ")
    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "run.json").read_text("utf-8"))["given_pixel_size_um"] == [0.25] * 2
    with (folder / "pieces.csv").open(encoding="utf-8-sig", newline="") as file:
        pieces = list(csv.DictReader(file))
    assert len(pieces) > 20
    for piece in pieces:
        area = pytest.approx(int(piece["pixels"]) / 16, rel=1e-5)
        assert float(piece["area_um2"]) == area


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "1e300", "0.3 furlongs", "9" * 100_000])
def test_that_a_size_of_pixels_has_to_be_one(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, wrong: str
) -> None:
    arguments = ("run", SEGMENTER, NUCLEI, "--demo", f"--pixel-size={wrong}")
    assert call(monkeypatch, *arguments) == MISUSED
    assert "name for example 0.325um" in capsys.readouterr().err
