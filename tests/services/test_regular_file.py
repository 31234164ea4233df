"""Files that a stranger may have made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ailab.services.regular_file import open_regular, open_to_append

if not hasattr(os, "mkfifo"):
    pytest.skip("this system has no pipes among its files", allow_module_level=True)


def test_that_a_file_is_read_also_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("file")
    for name in ("file", "link"):
        with open_regular(tmp_path / name) as file:
            assert file.read() == b"abc"


def test_that_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path / "pipe")


def test_that_a_device_behind_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/dev/zero")
    with pytest.raises(OSError, match="not a regular file"):
        open_regular(tmp_path / "link")


def test_that_a_folder_and_nothing_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "nothing")


def test_that_a_pipe_is_not_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        open_to_append(tmp_path / "pipe")


def test_that_lines_are_added_to_what_is_there(tmp_path: Path) -> None:
    for line in (b"a\n", b"b\n"):
        with open_to_append(tmp_path / "lines") as file:
            file.write(line)
            file.seek(0)
            assert file.readline() == b"a\n"
    assert (tmp_path / "lines").read_bytes() == b"a\nb\n"
