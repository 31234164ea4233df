"""Folders beside other downloads that remove empty ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.downloads.make_folder import make_folder


def test_that_a_folder_that_vanishes_meanwhile_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "blobs"
    folder.mkdir()
    is_dir = Path.is_dir

    def vanishes(path: Path) -> bool:
        monkeypatch.setattr(Path, "is_dir", is_dir)
        path.rmdir()  # as another download tidies up
        return False

    monkeypatch.setattr(Path, "is_dir", vanishes)
    make_folder(folder)
    assert folder.is_dir()


def test_that_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("no folder")
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "blobs")
