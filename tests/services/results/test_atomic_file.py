"""What it means that a file could not be written."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.results.atomic_file import write_error


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
