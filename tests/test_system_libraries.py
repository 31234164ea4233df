"""What is said where the system lacks what Qt loads."""

from __future__ import annotations

import sys

import pytest

from ailab import __main__, system_libraries
from ailab.app import open_lab
from ailab.system_libraries import QT_LIBRARIES, how_to_install, lacked_by, missing_among

LACKED = "libEGL.so.1: cannot open shared object file: No such file or directory"


def test_that_what_is_missing_is_named_with_the_command_that_brings_it() -> None:
    told = how_to_install(["libEGL.so.1", "libodd.so.3"])
    assert "lacks libraries of the system: libEGL.so.1, libodd.so.3." in told
    assert told.endswith("sudo apt install libegl1")
    assert "apt" not in how_to_install(["libodd.so.3"])


def test_that_only_what_the_loader_does_not_find_counts() -> None:
    assert missing_among(["libthere-is-no-such.so.7"]) == ("libthere-is-no-such.so.7",)


def test_that_an_import_that_fails_otherwise_is_no_matter_of_libraries() -> None:
    assert lacked_by(ImportError("cannot import name 'lab' from 'ailab'")) == ()


def test_that_all_that_is_missing_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {"libGL.so.1", "libEGL.so.1"}
    monkeypatch.setattr(system_libraries, "_can_load", lambda library: library not in absent)
    assert set(lacked_by(ImportError(LACKED))) == absent
    assert lacked_by(ImportError(LACKED.replace("EGL", "odd")))[0] == "libodd.so.1"
    assert set(missing_among(QT_LIBRARIES)) == absent


def test_that_the_start_tells_of_missing_libraries_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise ImportError(LACKED)

    monkeypatch.setattr(__main__, "_start", fail)
    assert __main__.main() == 1
    assert "sudo apt install libegl1" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt brings its own elsewhere")
def test_that_a_window_is_not_tried_without_the_libraries_of_x11(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(system_libraries, "_can_load", lambda library: "cursor" not in library)
    assert open_lab() == 1
    assert "sudo apt install libxcb-cursor0" in capsys.readouterr().err
