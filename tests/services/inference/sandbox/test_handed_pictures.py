"""Pictures on their way from the window to a worker that may open nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PIL import Image
from worker_lab import best, serving

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.sandbox.handed_pictures import HandedPictures
from ailab.services.inference.sandbox.picture_handout import PictureHandout

unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no open files")


@unix
def test_that_each_request_finds_its_own_file_and_what_is_left_is_closed(tmp_path: Path) -> None:
    picture, other = tmp_path / "p.png", tmp_path / "q.png"
    picture.write_bytes(b"first")
    other.write_bytes(b"other")
    handout = PictureHandout()
    taken = HandedPictures(os.dup(handout.their_end))
    handout.close_theirs()
    assert handout.hand(str(picture))
    assert handout.hand(str(other))
    picture.unlink()
    picture.write_bytes(b"second")
    assert handout.hand(str(picture))
    for request, path in ((1, picture), (2, other), (3, picture)):
        taken.receive(request, str(path))
    taken.drop(2)
    with taken.open(picture) as file:
        assert file.read() == b"first"
    taken.drop(1)
    other.unlink()
    with pytest.raises(FileNotFoundError):
        taken.open(other)
    with taken.open(picture) as file:
        assert file.read() == b"second"
    assert handout.hand(str(picture))
    taken.receive(4, str(picture))
    handout.close()
    taken.close()


@unix
def test_that_only_files_are_handed_over(tmp_path: Path) -> None:
    handout = PictureHandout()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, tmp_path / "gone.png", pipe, "/dev/null", "a\0b"):
        assert not handout.hand(str(path))
    taken = HandedPictures(os.dup(handout.their_end))
    handout.close()
    with pytest.raises(OSError, match="none came"):
        taken.receive(1, "p.png")
    taken.close()
    with pytest.raises(OSError, match="no socket"):
        HandedPictures(None).receive(1, "p.png")


async def test_that_a_picture_anywhere_is_read_and_its_failures_told_as_ever(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    folder = tmp_path / "pictures"
    make_pictures(folder, green_picture)
    async with serving() as service:
        assert await best(service, colour_model, str(folder / "green.png")) == "green"
        for name, said in (
            ("gone.png", "no file"),
            ("empty.png", "empty"),
            ("text.png", "not a picture"),
            ("two.tif", "damaged"),
            (".", "a folder"),
        ):
            with pytest.raises(PictureError, match=said):
                await best(service, colour_model, str(folder / name))


async def test_that_a_phones_photograph_is_read_behind_the_walls(
    tmp_path: Path, colour_model: Path
) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    photograph, cut = tmp_path / "photograph.heic", tmp_path / "cut.heic"
    heif.from_pillow(Image.new("RGB", (64, 64), (0, 200, 0))).save(photograph)
    cut.write_bytes(photograph.read_bytes()[:-20])
    async with serving() as service:
        assert await best(service, colour_model, str(photograph)) == "green"
        with pytest.raises(PictureError, match="damaged"):
            await best(service, colour_model, str(cut))


def make_pictures(folder: Path, picture: str) -> None:
    folder.mkdir()
    (folder / "green.png").write_bytes(Path(picture).read_bytes())
    (folder / "empty.png").touch()
    (folder / "text.png").write_text("a text")
    (folder / "two.tif").write_bytes(b"II*\0\x08\0\0\0\0\0")
