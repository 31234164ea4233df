"""What `ailab info` tells of a bare file, and of failures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from graph_guess import guess
from test_cli import NUCLEI, SEGMENTER, Output, call

from ailab.exit_status import FAILED, OK
from kept_model import write_bare
from onnx_files import write_colour_model


def test_that_info_tells_what_a_bare_file_takes_gives_and_looks_like(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    model = write_bare(tmp_path / "net.onnx")
    assert call(monkeypatch, "info", str(model)) == OK
    told = capsys.readouterr()
    lines = told.out.splitlines()
    assert lines[1].startswith("takes         pixels float 1 × 3 × 8 × 8")
    assert lines[2].startswith("gives         scores float 1 × 3")
    assert lines[3] == "looks like    a classifier, 8 × 8, 3 classes"
    assert "Runs once it is described." in lines
    assert told.err == ""
    assert call(monkeypatch, "info", str(model), "--json") == OK
    facts = json.loads(capsys.readouterr().out)
    assert (facts["runs"], facts["fit"]) == (False, "needs_sheet")
    assert facts["inputs"] == [{"name": "pixels", "dtype": "float32", "shape": [1, 3, 8, 8]}]
    assert facts["looks_like"] == "a classifier, 8 × 8, 3 classes"
    assert facts["sheet"]["decoder"]["name"] == "class-scores"
    assert "ailab describe" in facts["advice"]


def test_that_info_as_json_tells_of_failures_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    assert call(monkeypatch, "info", str(tmp_path / "none.onnx"), "--json") == FAILED
    told = capsys.readouterr()
    facts = json.loads(told.out)
    assert facts["runs"] is False
    assert "none.onnx" in facts["verdict"]
    assert facts["verdict"] in told.err


@pytest.mark.parametrize("command", ["info", "run"])
def test_that_a_file_without_a_sheet_is_told_of_without_a_button(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path, command: str
) -> None:
    model = write_bare(tmp_path / "net.onnx")
    pictures = (NUCLEI,) if command == "run" else ()
    status = OK if command == "info" else FAILED  # a file that is there can be told of
    assert call(monkeypatch, command, str(model), *pictures) == status
    told = capsys.readouterr()
    assert f"ailab describe {model} --picture PICTURE" in told.out + told.err
    assert "Press" not in told.out + told.err
    model.write_bytes(model.read_bytes()[:-20])
    assert call(monkeypatch, command, str(model), *pictures) == FAILED
    assert "net.onnx is damaged" in capsys.readouterr().err


def test_that_info_tells_what_a_network_takes_that_no_sheet_helps(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    guess(tmp_path, {"y": [1, 10]}, picture=[8, 3, 224, 224])
    assert call(monkeypatch, "info", str(tmp_path / "net.onnx")) == OK
    told = capsys.readouterr().out
    assert "images float 8 × 3 × 224 × 224" in told
    assert "it takes 8 pictures at once" in told
    assert "looks like" not in told
    assert call(monkeypatch, "info", str(tmp_path / "net.onnx"), "--json") == OK
    assert json.loads(capsys.readouterr().out)["fit"] == "wont_run"


def test_that_info_does_not_say_that_a_sheet_runs_that_does_not_fit(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    model = write_colour_model(tmp_path / "net.onnx")
    sheet = tmp_path / "net.ailab.json"
    fields = json.loads(sheet.read_text("utf-8"))
    fields["input"]["width"] = 9
    sheet.write_text(json.dumps(fields), "utf-8")
    assert call(monkeypatch, "info", str(model)) == OK
    told = capsys.readouterr().out
    assert "Runs here" not in told
    assert "net.ailab.json does not fit net.onnx. The network takes 8 × 8 pixels" in told


def test_that_info_names_what_a_model_of_the_hub_tells_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "info", SEGMENTER, "--demo") == OK
    assert "classes       3: background, nucleus, mitotic nucleus" in capsys.readouterr().out
    assert call(monkeypatch, "info", SEGMENTER, "--demo", "--json") == OK
    assert json.loads(capsys.readouterr().out)["labels"] == [
        "background",
        "nucleus",
        "mitotic nucleus",
    ]
