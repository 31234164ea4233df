"""Files shown by the system's file manager."""

from __future__ import annotations

import os
import sys

import pytest
from PyQt6.QtCore import QProcess

from ailab.views import file_manager, reveal_file
from ailab.views.file_manager import show_file

FILE = "/photos/a b, c.png"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Programs and their arguments; `missing` is none that is there."""
    found: list[tuple[str, ...]] = []

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        found.append((program, *arguments))
        return "missing" not in arguments[-1], 1

    monkeypatch.setattr(QProcess, "startDetached", start)
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(file_manager, "open_folder", lambda folder: found.append(str(folder)))
    return found


@pytest.mark.skipif(os.name == "nt", reason="paths are written otherwise there")
@pytest.mark.parametrize(
    ("system", "command"),
    [("win32", ("explorer.exe", "/select,", FILE)), ("darwin", ("open", "-R", FILE))],
)
def test_that_the_system_is_asked_in_its_own_way(
    system: str,
    command: tuple[str, ...],
    started: list[tuple[str, ...]],
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    show_file(FILE)
    assert started == [command]
    assert opened == []
    show_file("/photos/missing.png")
    assert opened == ["/photos"]


def test_that_the_folder_is_opened_where_nobody_can_be_asked(
    opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    answers = iter((True, False))
    monkeypatch.setattr(reveal_file, "_ask_bus", lambda *_: next(answers))
    show_file(FILE)
    assert opened == []
    show_file(FILE)
    assert opened == ["/photos"]
