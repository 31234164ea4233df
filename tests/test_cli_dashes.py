"""Files whose names begin with a dash."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ailab.cli import make_parser
from ailab.exit_status import MISUSED

Output = pytest.CaptureFixture[str]


def misuse(capsys: Output, *arguments: str) -> str:
    with pytest.raises(SystemExit) as leaving:
        make_parser().parse_args(arguments)
    assert leaving.value.code == MISUSED
    return capsys.readouterr().err.partition("error: ")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "model.onnx", "-dash.png"),
        ("run", "model.onnx", "a.png", "-dash.png"),
        ("run", "model.onnx", "-dash.png", "--save-to", "results"),
        ("compare", "-dash.png", "other"),
    ],
)
def test_that_a_name_taken_for_an_option_is_told_with_the_way_to_write_it(
    arguments: tuple[str, ...], capsys: Output
) -> None:
    told = misuse(capsys, *arguments)
    assert "begins with a dash is taken for an option" in told
    assert f"write .{os.sep}-dash.png for the file, or -- before all names" in told


def test_that_what_is_there_without_an_ending_is_told_of_too(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-photos\n").mkdir()
    told = misuse(capsys, "run", "model.onnx", "-photos\n")
    assert f".{os.sep}-photos\\u000a for the file" in told


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "model.onnx"),
        ("run", "model.onnx", "a.png", "--save-too", "results"),
        ("run", "model.onnx", "--threshold", "-0.5"),
        ("run", "--", "model.onnx"),
    ],
)
def test_that_other_misuse_is_told_as_before(arguments: tuple[str, ...], capsys: Output) -> None:
    assert "dash" not in misuse(capsys, *arguments)


def test_that_names_behind_two_dashes_are_taken_as_names() -> None:
    given = ("run", "--save-to", "results", "--", "-model.onnx", "-dash.png", "b.png")
    options = make_parser().parse_args(given)
    assert (options.model, options.images) == ("-model.onnx", ["-dash.png", "b.png"])
    assert options.save_to == "results"
