"""The nearest pictures on the command line, by a model that really makes vectors."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image
from test_cli import Output, call

from ailab.exit_status import FAILED, MISUSED, OK
from onnx_files import write_colour_model, write_vector_model

COLOURS = {
    "red": (200, 40, 30),
    "rose": (210, 60, 50),
    "green": (20, 160, 40),
    "blue": (9, 20, 220),
}


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_vector_model(tmp_path / "colours.onnx"))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (20, 20), colour).save(folder / f"{name}.png")
    return folder


def a_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, model: str, photos: Path
) -> Path:
    saved = str(tmp_path / "results")
    assert call(monkeypatch, "run", model, str(photos), "--save-to", saved) == OK
    capsys.readouterr()
    (folder,) = Path(saved).iterdir()
    return folder


def test_that_each_picture_has_its_nearest(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, model: str, photos: Path
) -> None:
    assert call(monkeypatch, "run", model, str(photos), "--nearest", "1") == OK
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines() if "\t" in line]
    assert [Path(picture).stem for picture, _, _ in rows] == ["blue", "green", "red", "rose"]
    nearest = {Path(picture).stem: Path(other).stem for picture, other, _ in rows}
    assert (nearest["red"], nearest["rose"]) == ("rose", "red")
    assert all(-1 <= float(similarity) <= 1 for *_, similarity in rows)


def test_that_json_has_them_too_and_what_is_less_alike_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, model: str, photos: Path
) -> None:
    arguments = ("--nearest", "3", "--least-similarity", "0.9", "--json")
    assert call(monkeypatch, "run", model, str(photos), *arguments) == OK
    results = json.loads(capsys.readouterr().out)["results"]
    found = {Path(each["picture"]).stem: each["nearest"] for each in results}
    assert [Path(each["picture"]).stem for each in found["red"]] == ["rose"]
    assert found["red"][0]["similarity"] > 0.9
    assert found["blue"] == []


@pytest.mark.slow
def test_that_it_is_told_where_none_is_near(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, model: str, photos: Path
) -> None:
    red = str(photos / "red.png")
    assert call(monkeypatch, "run", model, red, "--nearest", "3") == OK
    assert "There is nothing to compare with: name more pictures" in capsys.readouterr().err
    arguments = ("--nearest", "3", "--least-similarity")
    assert call(monkeypatch, "run", model, str(photos), *arguments, "0.99") == OK
    told = capsys.readouterr()
    assert "Pictures that have none near them of a similarity of 0.99 or more: 2 of 4." in told.err
    assert "\t" in told.out
    assert call(monkeypatch, "run", model, str(photos), "--nearest", "3", "--json") == OK
    assert "have none" not in capsys.readouterr().err
    assert call(monkeypatch, "run", model, red) == OK
    assert "compare" not in capsys.readouterr().err


def test_that_a_saved_run_keeps_them_in_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, model: str, photos: Path
) -> None:
    folder = a_run(monkeypatch, capsys, tmp_path, model, photos)
    with (folder / "neighbours.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads == ["picture", "rank", "neighbour", "similarity"]
    assert len(rows) == len(COLOURS) * (len(COLOURS) - 1)
    red = [row for row in rows if row[0] == str(photos / "red.png")]
    assert [row[1] for row in red] == ["1", "2", "3"]
    assert red[0][2] == str(photos / "rose.png")
    assert float(red[0][3]) > float(red[1][3]) > float(red[2][3])


def test_that_a_new_picture_is_compared_with_an_earlier_run(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, model: str, photos: Path
) -> None:
    folder = a_run(monkeypatch, capsys, tmp_path, model, photos)
    query = tmp_path / "query.png"
    Image.new("RGB", (30, 30), (10, 150, 30)).save(query)
    arguments = ("--among", str(folder), "--nearest", "2", "--json")
    assert call(monkeypatch, "run", model, str(query), *arguments) == OK
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert len(result["nearest"]) == 2
    assert result["nearest"][0]["picture"] == str(photos / "green.png")
    assert result["nearest"][0]["similarity"] == pytest.approx(1, abs=0.05)


def test_that_vectors_of_another_model_are_refused_before_the_first_picture(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, model: str, photos: Path
) -> None:
    folder = a_run(monkeypatch, capsys, tmp_path, model, photos)
    changed = Path(model)
    changed.write_bytes(changed.read_bytes() + b"\x32\x01x")  # words about it
    query = str(photos / "red.png")
    saved = tmp_path / "more"
    arguments = ("--among", str(folder), "--save-to", str(saved))
    assert call(monkeypatch, "run", model, query, *arguments) == FAILED
    output = capsys.readouterr()
    assert output.out == ""
    assert f"{folder.name} cannot be compared with: both models are called colours" in output.err
    assert "same model, revision and weights" in output.err
    assert list(saved.iterdir()) == []


def test_that_a_folder_without_a_run_is_told_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, model: str, photos: Path
) -> None:
    status = call(monkeypatch, "run", model, str(photos), "--among", str(tmp_path / "nowhere"))
    assert status == MISUSED
    assert "There is no folder" in capsys.readouterr().err


def test_that_a_model_without_vectors_has_no_nearest_pictures(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, photos: Path
) -> None:
    namer = str(write_colour_model(tmp_path / "namer.onnx"))
    assert call(monkeypatch, "run", namer, str(photos), "--nearest", "2") == MISUSED
    assert "makes no vectors of pictures" in capsys.readouterr().err


def test_that_a_least_similarity_alone_says_what_is_lacking(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, model: str, photos: Path
) -> None:
    status = call(monkeypatch, "run", model, str(photos), "--least-similarity", "0.9")
    assert status == MISUSED
    assert "--nearest" in capsys.readouterr().err


def test_that_groups_are_told_with_their_least_likeness(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, model: str, photos: Path
) -> None:
    for number in range(4):
        Image.new("RGB", (20, 20), COLOURS["green"]).save(photos / f"copy-{number}.png")
    saved = tmp_path / "results"
    arguments = ("--groups-from", "0.98", "--save-to", str(saved))
    assert call(monkeypatch, "run", model, str(photos), *arguments) == OK
    told = capsys.readouterr()
    rows = [line.split("\t") for line in told.out.splitlines() if "\t" in line]
    names = [(number, Path(picture).stem) for number, picture, _, _ in rows]
    copies = [("1", f"copy-{number}") for number in range(4)]
    assert names == [*copies, ("1", "green"), ("2", "red"), ("2", "rose")]
    assert rows[0][2:] == ["1.0000", "1.0000"]
    assert 0.98 <= float(rows[-1][3]) < 1
    assert "Groups of pictures alike from 0.98: 2, of 7 of 8 pictures." in told.err
    (folder,) = saved.iterdir()
    assert json.loads((folder / "run.json").read_text("utf-8"))["groups_from"] == 0.98
    with (folder / "groups.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["group"] for row in csv.DictReader(file)] == [number for number, _ in names]


def test_that_json_has_the_groups_too(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, model: str, photos: Path
) -> None:
    arguments = ("run", model, str(photos), "--json")
    assert call(monkeypatch, *arguments, "--groups-from", "0.98") == OK
    answer = json.loads(capsys.readouterr().out)
    assert answer["groups_from"] == 0.98
    (group,) = answer["groups"]
    assert [Path(each["picture"]).stem for each in group["pictures"]] == ["red", "rose"]
    assert group["least_similarity"] == group["pictures"][1]["similarity"]
    assert call(monkeypatch, *arguments) == OK
    assert "groups" not in json.loads(capsys.readouterr().out)


def test_that_a_model_without_vectors_has_no_groups(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, photos: Path
) -> None:
    namer = str(write_colour_model(tmp_path / "namer.onnx"))
    assert call(monkeypatch, "run", namer, str(photos), "--groups-from", "0.9") == MISUSED
    assert "makes no vectors of pictures" in capsys.readouterr().err
