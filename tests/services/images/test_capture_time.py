"""When a camera took a picture."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ailab.services.images.capture_time import is_capture_time
from ailab.services.images.image_reader import read_image

EXIF, ORIGINAL, DIGITIZED, CHANGED, TURNED = 0x8769, 0x9003, 0x9004, 0x0132, 0x0112
TIME, ISO = "2026:05:03 06:12:09", "2026-05-03T06:12:09"


def saved(path: Path, tags: dict[int, object], *, changed: str = "", turned: int = 1) -> Path:
    exif = Image.Exif()
    exif.get_ifd(EXIF).update(tags)
    exif[EXIF] = tags  # else a TIFF is saved without
    exif[TURNED] = turned
    if changed:
        exif[CHANGED] = changed
    Image.new("RGB", (40, 30), "green").save(path, exif=exif)
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.webp"])
@pytest.mark.parametrize("turned", [1, 6])
def test_that_exif_tells_it_whatever_the_format(name: str, turned: int, tmp_path: Path) -> None:
    read = read_image(saved(tmp_path / name, {ORIGINAL: TIME}, turned=turned))
    assert read.taken == ISO
    assert read.size == ((30, 40) if turned == 1 else (40, 30))
    assert read.image.getpixel((3, 3))[1] > 120  # type: ignore[index]  # of RGB


def test_that_a_scanners_time_counts_where_there_is_no_other(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", {DIGITIZED: TIME})
    assert read_image(path).taken == ISO


@pytest.mark.parametrize(
    "told", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "", "2026:13:01 00:00:00"]
)
def test_that_a_clock_that_was_not_set_tells_nothing(told: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", {ORIGINAL: told}, changed=TIME)
    assert read_image(path).taken == ""  # when the file was changed says nothing


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_that_pictures_without_or_with_damaged_exif_are_read(tmp_path: Path) -> None:
    Image.new("RGB", (4, 3)).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png").taken == ""
    Image.new("RGB", (4, 3)).save(tmp_path / "b.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_image(tmp_path / "b.jpg").taken == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(ISO, True), ("2026-05-03", False), (f"{ISO}+02:00", False), ("=1+1", False), ("", False)],
)
def test_that_only_such_a_time_is_taken_back_from_files(text: str, is_one: bool) -> None:
    assert is_capture_time(text) is is_one
