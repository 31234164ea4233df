"""The pictures of the folders below a folder."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from pathlib import Path

import pytest

from ailab.services.images import picture_service, sub_folders
from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.picture_error import OnlySubFoldersError, PictureError
from ailab.services.images.picture_files import find_pictures
from ailab.services.images.picture_service import PictureService


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")


def names_of(folder: Path, found: FoundPictures) -> list[str]:
    return [Path(path).relative_to(folder).as_posix() for path in found.pictures]


def test_that_a_folder_after_the_other_follows_in_natural_order(tmp_path: Path) -> None:
    touch(
        tmp_path, "b.png", "site 10/a.jpg", "site 2/cam/100/IMG_10.JPG", "site 2/cam/100/IMG_9.JPG"
    )
    touch(tmp_path, "site 2/z.tif", "Höhle/ä ö.jpg", "site 2/cam/notes.txt")
    found = find_pictures(str(tmp_path), with_sub_folders=True)
    assert names_of(tmp_path, found) == [
        "b.png",
        "Höhle/ä ö.jpg",
        "site 2/z.tif",
        "site 2/cam/100/IMG_9.JPG",
        "site 2/cam/100/IMG_10.JPG",
        "site 10/a.jpg",
    ]
    assert found.has_sub_folders
    assert names_of(tmp_path, find_pictures(str(tmp_path))) == ["b.png"]


def test_that_hidden_folders_saved_runs_and_links_are_left_out(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", ".cache/b.png", "run/run.json", "run/a.annotated.jpg", "run/in/c.png")
    touch(tmp_path, "@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg", "$RECYCLE.BIN/d.png", "__MACOSX/e.png")
    if sys.platform != "win32":
        (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    found = find_pictures(str(tmp_path), with_sub_folders=True)
    assert names_of(tmp_path, found) == ["a.png"]
    assert not found.has_sub_folders


def test_that_formats_not_taken_are_told_of_all_folders(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.pdf", "c/d.AVI")
    found = find_pictures(str(tmp_path), with_sub_folders=True)
    assert [Path(path).name for path in found.left_out] == ["b.pdf", "d.AVI"]


def test_that_a_folder_with_pictures_only_below_it_says_how_to_reach_them(tmp_path: Path) -> None:
    touch(tmp_path, "site/a.png", "run/run.json")
    with pytest.raises(OnlySubFoldersError, match="itself") as told:
        find_pictures(str(tmp_path))
    assert "--sub-folders" in told.value.advice
    assert "With sub-folders" in told.value.advice


def test_that_no_picture_anywhere_below_is_told_plainly(tmp_path: Path) -> None:
    touch(tmp_path, "site/notes.txt")
    with pytest.raises(PictureError) as told:
        find_pictures(str(tmp_path), with_sub_folders=True)
    assert type(told.value) is PictureError
    assert told.value.message == f"There is no picture in the folder {tmp_path.name}."


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are other ones there")
def test_that_a_folder_that_may_not_be_read_is_named_and_the_others_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.png", "closed/b.png", "open/c.png")
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError
        return scan(path)

    monkeypatch.setattr("os.scandir", refuse)
    found = find_pictures(str(tmp_path), with_sub_folders=True)
    assert names_of(tmp_path, found) == ["a.png", "open/c.png"]
    assert found.closed_folders == (str(tmp_path / "closed"),)


def test_that_a_whole_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sub_folders, "MOST_FOLDERS", 2)
    touch(tmp_path, "a/b.png", "c/d.png", "e/f.png")
    with pytest.raises(PictureError, match="more than 2 folders"):
        find_pictures(str(tmp_path), with_sub_folders=True)


async def test_that_the_search_ends_where_nobody_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def search(path: str, *, with_sub_folders: bool, is_stopped: object) -> FoundPictures:
        assert callable(is_stopped)
        begun.set()
        while not is_stopped():
            threading.Event().wait(0.01)
        ended.set()
        return FoundPictures((path,))

    monkeypatch.setattr(picture_service, "find_pictures", search)
    task = asyncio.create_task(PictureService().find("here", with_sub_folders=True))
    await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 20)
