"""The documentation in a terminal."""

from __future__ import annotations

import pytest
from test_cli import call

from ailab.exit_status import FAILED, OK

Output = pytest.CaptureFixture[str]


def test_that_the_documentation_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    assert call(monkeypatch, "docs") == OK
    assert "sheet\tSheets for bare .onnx files\n" in capsys.readouterr().out
    assert call(monkeypatch, "docs", "sheet") == OK
    assert capsys.readouterr().out.startswith("# Sheets for bare .onnx files\n")
    assert call(monkeypatch, "docs", "../LICENSE") == FAILED
    assert "There is no page ../LICENSE" in capsys.readouterr().err


def test_that_words_are_found_in_the_documentation(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert call(monkeypatch, "docs", "--find", "Near-Duplicates") == OK
    lines = capsys.readouterr().out.splitlines()
    assert "results" in {line.split("\t")[0] for line in lines}
    assert all("near-duplicates" in line.split("\t")[1].lower() for line in lines)
    assert call(monkeypatch, "docs", "sheet", "--find", "near-duplicates") == FAILED
    assert "No line of the documentation has the words" in capsys.readouterr().err
    assert call(monkeypatch, "docs", "../LICENSE", "--find", "the") == FAILED
    assert "There is no page ../LICENSE" in capsys.readouterr().err
