"""Photographs of phones in HEIC where what reads them is not installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ailab.services.images import no_pictures, picture_refusal
from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.heic_support import heic_command, reads_heic
from ailab.services.images.image_reader import check_picture, picture_for_display, read_image
from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_files import find_pictures
from ailab.viewmodels import left_out_text as texts
from ailab.viewmodels.left_out_text import left_out_text

_BOX = b"\0\0\0\x18ftyp%s\0\0\0\0mif1%s"


@pytest.fixture(autouse=True)
def no_pillow_heif(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)


def no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (no_pictures, picture_refusal, texts):
        monkeypatch.setattr(module, "heic_command", lambda: "")


def test_that_it_is_known_not_to_be_there() -> None:
    assert not reads_heic()
    assert "ailab[heic]" in heic_command()


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"msf1"])
@pytest.mark.parametrize(
    "reader", [read_image, check_picture, lambda path: picture_for_display(str(path))]
)
def test_that_the_refusal_says_what_installs_it(
    reader: Callable[[Path], object], brand: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(_BOX % (brand, b"heic") + b"\0" * 200)
    with pytest.raises(PictureError) as told:
        reader(path)
    assert told.value.message == (
        "a.jpg is a HEIC picture, and pillow-heif, which reads it, is not installed."
    )
    assert told.value.advice == f"Install it: {heic_command()}"


def test_that_an_app_that_nothing_can_be_added_to_says_what_else_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_command(monkeypatch)
    path = tmp_path / "a.heic"
    path.write_bytes(_BOX % (b"heic", b"heic") + b"\0" * 200)
    with pytest.raises(PictureError) as told:
        read_image(path)
    assert told.value.advice.startswith("Save it as PNG")
    with pytest.raises(PictureError) as told:
        find_pictures(str(tmp_path))
    assert told.value.advice.startswith("Save it as TIFF or PNG")
    assert left_out_text([str(path)]) == "1 HEIC left out: to run it, save it as TIFF or PNG"


@pytest.mark.parametrize(("brand", "other"), [(b"avif", b"avif"), (b"mif1", b"avif")])
def test_that_a_damaged_avif_is_not_taken_for_one(
    brand: bytes, other: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "a.avif"
    path.write_bytes(_BOX % (brand, other) + b"\0" * 200)
    with pytest.raises(PictureError) as told:
        read_image(path)
    assert told.value.message == "a.avif is a damaged or incomplete AVIF picture."


def test_that_those_of_a_folder_are_left_out_and_the_command_is_told(tmp_path: Path) -> None:
    for name in ("a.png", "b.HEIC", "c.heic", "d.czi"):
        (tmp_path / name).write_bytes(b"x")
    found = find_pictures(str(tmp_path))
    left_out = tuple(str(tmp_path / name) for name in ("b.HEIC", "c.heic", "d.czi"))
    assert found == FoundPictures((str(tmp_path / "a.png"),), left_out)
    assert left_out_text(found.left_out) == (
        "1 CZI left out: to run it, save it as TIFF or PNG; "
        f"2 HEIC left out: {heic_command()} installs what reads them"
    )


def test_that_a_folder_of_them_alone_says_what_installs_it(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"x")
    with pytest.raises(PictureError) as told:
        find_pictures(str(tmp_path))
    assert told.value.message == (
        f"There is no picture in the folder {tmp_path.name} that ailab takes, but 1 HEIC."
    )
    assert told.value.advice == f"Install what reads HEIC: {heic_command()}"
