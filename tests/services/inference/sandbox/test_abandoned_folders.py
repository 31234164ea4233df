"""What labs that were killed left among the temporary files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ailab.services.inference.sandbox.abandoned_folders import clear_abandoned, hold

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no folder can be held there")

LONG_AGO = 1_000_000_000


def folder(place: Path, name: str) -> Path:
    made = place / name
    made.mkdir()
    (made / "half a model").write_bytes(b"x")
    os.utime(made, (LONG_AGO, LONG_AGO))
    return made


def test_that_what_nobody_holds_any_more_is_removed(tmp_path: Path) -> None:
    left, other = folder(tmp_path, "lab-1"), folder(tmp_path, "another's")
    clear_abandoned(tmp_path, "lab-")
    assert not left.exists()
    assert (other / "half a model").exists()


def test_that_what_a_lab_holds_stays_until_it_ends(tmp_path: Path) -> None:
    held = folder(tmp_path, "lab-1")
    with hold(held):
        clear_abandoned(tmp_path, "lab-")
        assert (held / "half a model").exists()
    clear_abandoned(tmp_path, "lab-")
    assert not held.exists()


def test_that_what_was_just_made_and_is_not_held_yet_stays(tmp_path: Path) -> None:
    new = folder(tmp_path, "lab-1")
    os.utime(new)
    clear_abandoned(tmp_path, "lab-")
    assert new.exists()


def test_that_a_link_is_not_followed(tmp_path: Path) -> None:
    precious = folder(tmp_path, "precious")
    (tmp_path / "lab-1").symlink_to(precious)
    clear_abandoned(tmp_path, "lab-")
    assert (precious / "half a model").exists()
