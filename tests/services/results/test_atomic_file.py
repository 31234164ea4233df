"""What it means that a file could not be written."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.results.atomic_file import write_error, write_whole


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG])
def test_that_a_full_folder_for_temporary_files_is_named_as_that(number: int) -> None:
    folder = WorkerFolder()
    try:
        with folder.place() as place:
            said = write_error(place / "cells.mask.png", OSError(number, "full"))
    finally:
        folder.remove()
    assert said.message == (
        "The folder for temporary files has no room: cells.mask.png could not be made."
    )
    assert "TMPDIR" in said.advice


def test_that_a_full_disk_of_the_persons_own_is_named_by_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cells.mask.png"
    assert str(path) in write_error(path, OSError(errno.ENOSPC, "full")).message


def test_that_a_link_where_a_file_is_begun_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "precious"
    other.write_bytes(b"mine")
    (tmp_path / "run.json.part").symlink_to(other)
    write_whole(tmp_path / "run.json", b"{}")
    assert (other.read_bytes(), (tmp_path / "run.json").read_bytes()) == (b"mine", b"{}")
    assert not (tmp_path / "run.json.part").is_symlink()


def test_that_what_was_left_of_an_earlier_try_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "run.json.part").write_bytes(b"half of a much longer file")
    write_whole(tmp_path / "run.json", b"{}")
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]
    assert (tmp_path / "run.json").read_bytes() == b"{}"
