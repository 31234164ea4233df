"""A file on its way into a cache that others may write to, too."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ailab.services.downloads.staged_file import StagedFile

CONTENT = b"weights"
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()


def test_that_what_has_arrived_goes_on(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(CONTENT[:3])
    staged = StagedFile(tmp_path / "blob", CHECKSUM)
    staged.open()
    assert not staged.take_up()
    staged.write(CONTENT[staged.size :])
    assert staged.is_right()
    assert staged.path.read_bytes() == CONTENT


def test_that_nothing_is_written_through_a_link_that_lies_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"mine")
    (tmp_path / "blob").symlink_to(tmp_path / "precious")
    staged = StagedFile(tmp_path / "blob", CHECKSUM)
    staged.open()
    staged.restart()
    staged.write(CONTENT)
    assert staged.is_right()
    assert (tmp_path / "precious").read_bytes() == b"mine"
