"""Lines of the command line, whatever strangers named their files and labels."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from PIL import Image

from ailab.__main__ import main
from ailab.cli_lines import ShownFormatter, in_a_line, print_line, shown, tell_line
from ailab.cli_words import print_table
from ailab.exit_status import FAILED, OK
from onnx_files import write_colour_model

TITLE = "\x1b]0;taken\x07"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[2Jcat", "\\u001b[2Jcat"),
        ("\x9b31mcat", "\\u009b31mcat"),
        ("one\rtwo", "one\\u000dtwo"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("Größe 😀 עברית e\u0301", "Größe 😀 עברית e\u0301"),
    ],
)
def test_that_control_characters_are_shown_by_their_numbers(text: str, seen: str) -> None:
    assert shown(text) == seen


def test_that_a_name_stays_in_its_line() -> None:
    assert in_a_line("a\nb\tc") == "a\\u000ab\\u0009c"


def test_that_both_streams_and_tables_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(TITLE)
    print_table(("A", "B"), [("a\tb", TITLE)])
    tell_line(TITLE)
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert out.splitlines()[1].count("\t") == 1


def test_that_the_log_is_harmless() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, TITLE, None, None)
    assert "\x1b" not in ShownFormatter("%(message)s").format(record)


@pytest.mark.skipif(sys.platform == "win32", reason="no such names on Windows")
def test_that_a_picture_with_a_harmful_name_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AILAB_HOME", str(tmp_path / "home"))
    model = tmp_path / "colours.onnx"
    write_colour_model(model)
    picture = tmp_path / f"{TITLE}\nred.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    monkeypatch.setattr(sys, "argv", ["ailab", "run", str(model), str(picture)])
    assert main() == OK
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert len(out.splitlines()) == 1


@pytest.mark.parametrize("command", ["info", "run", "convert", "describe"])
@pytest.mark.parametrize("name", ["./{}", "./{}.onnx", "{}.onnx"])
def test_that_a_name_too_long_for_any_file_is_told(
    command: str, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = ["picture.png"] if command == "run" else []
    monkeypatch.setattr(sys, "argv", ["ailab", command, name.format("x" * 300), *pictures])
    assert main() == FAILED
    err = capsys.readouterr().err
    assert "ailab: " in err
    assert "Traceback" not in err
