"""Photographs of phones in HEIC, as they are read where the extra is installed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.image_reader import (
    check_picture,
    picture_for_display,
    picture_pixels,
    read_image,
    read_picture,
)
from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_files import find_pictures
from ailab.services.images.picture_reference import PictureReference

heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")

READERS: tuple[Callable[[Path], object], ...] = (
    read_image,
    lambda path: picture_for_display(str(path)),
    lambda path: picture_for_display(str(path), 16),
)
NOISE = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)


def saved(path: Path, pixels: np.ndarray, *, orientation: int = 1, **options: object) -> Path:
    """A HEIC, turned by the container's own property, which its EXIF data repeats."""
    file = heif.from_pillow(Image.fromarray(pixels))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file.save(path, quality=-1, chroma=444, exif=exif.tobytes(), **options)
    return path


def with_size(path: Path, width: int, height: int) -> Path:
    """The same file, telling of another size (the property `ispe`)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    path.write_bytes(data)
    return path


def refusal(path: Path, reader: Callable[[Path], object] = read_image) -> PictureError:
    with pytest.raises(PictureError) as caught:
        reader(path)
    return caught.value


def test_that_it_comes_as_it_was_saved(tmp_path: Path) -> None:
    image = read_image(saved(tmp_path / "a.heic", NOISE))
    assert image.pixels.shape == (64, 64, 3)
    assert image.pixels.dtype == np.uint8
    assert np.abs(image.pixels.astype(int) - NOISE).max() <= 2  # of YCbCr in whole numbers
    assert image.notes == ()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_that_a_turned_photograph_is_turned_once(tmp_path: Path, orientation: int) -> None:
    corners = np.zeros((60, 100, 3), np.uint8)
    corners[:30, :50] = 255  # white where the stored picture's top left is
    path = saved(tmp_path / "a.heic", corners, orientation=orientation)
    pixels = read_image(path).pixels
    width, height = (60, 100) if orientation >= 5 else (100, 60)
    assert pixels.shape == (height, width, 3)
    rows = slice(height // 2, None) if orientation in {3, 4, 7, 8} else slice(height // 2)
    columns = slice(width // 2, None) if orientation in {2, 3, 6, 7} else slice(width // 2)
    expected = np.zeros((height, width), bool)
    expected[rows, columns] = True
    np.testing.assert_array_equal(pixels[..., 0] > 127, expected)
    shown = picture_for_display(str(path), 20)
    assert (shown.full_width, shown.full_height) == (width, height)
    assert (shown.width > shown.height) == (width > height)


def test_that_a_turn_that_the_exif_data_alone_tells_of_is_not_made(tmp_path: Path) -> None:
    """As HEIF has it: the container's own property decides."""
    exif = Image.Exif()
    exif[0x0112] = 6
    file = heif.from_pillow(Image.fromarray(NOISE[:30]))
    file.save(tmp_path / "a.heic", exif=exif)
    assert read_image(tmp_path / "a.heic").pixels.shape == (30, 64, 3)


def test_that_colours_of_10_bits_come_in_8_and_are_told_of(tmp_path: Path) -> None:
    deep = np.full((64, 64, 3), 0x8FFF, np.uint16)
    heif.encode("RGB;16", (64, 64), deep.tobytes(), tmp_path / "a.heic", quality=-1, chroma=444)
    image = read_image(tmp_path / "a.heic")
    assert np.abs(image.pixels.astype(int) - 0x8F).max() <= 1
    assert image.notes == ("10-bit colours: the upper 8 bits of each channel were taken.",)


def test_that_greys_of_10_bits_are_stretched_as_other_deep_greys(tmp_path: Path) -> None:
    deep = np.linspace(0, 8000, 64 * 64).astype(np.uint16)
    heif.encode("L;16", (64, 64), deep.tobytes(), tmp_path / "a.heic", quality=-1)
    image = read_image(tmp_path / "a.heic")
    assert (image.pixels.min(), image.pixels.max()) == (0, 255)
    assert image.notes[0].startswith("16-bit picture: ")


def test_that_of_several_pictures_the_main_one_is_used(tmp_path: Path) -> None:
    file = heif.from_pillow(Image.fromarray(NOISE))
    file.add_from_pillow(Image.new("RGB", (40, 20), (0, 200, 0)))
    file.save(tmp_path / "a.heic", primary_index=1)
    image = read_image(tmp_path / "a.heic")
    assert image.pixels.shape == (20, 40, 3)
    assert image.notes == ("The file has 2 pictures: its main one is used.",)
    with pytest.raises(PictureError, match="one page alone"):
        read_picture(str(PictureReference(str(tmp_path / "a.heic"), page=2)))


def test_that_one_with_a_wrong_name_just_works(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", NOISE)
    check_picture(path)
    assert picture_pixels(str(path)) == 64 * 64


def test_that_the_small_copy_within_is_not_taken_for_the_picture(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.heic", np.full((128, 128, 3), 90, np.uint8), thumbnails=[32])
    picture = picture_for_display(str(path), 16)
    assert (picture.width, picture.full_width) == (16, 128)


@pytest.mark.parametrize("share", [0.03, 0.3, 0.7, 0.99])
def test_that_a_truncated_one_is_refused(tmp_path: Path, share: float) -> None:
    path = saved(tmp_path / "a.heic", NOISE)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    for reader in READERS:
        assert refusal(path, reader).message == "a.heic is damaged or incomplete."


@pytest.mark.parametrize("size", [(25_000, 20_000), (40_000, 40_000)])
def test_that_too_many_pixels_are_refused_before_they_are_decoded(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path = with_size(saved(tmp_path / "a.heic", NOISE), *size)
    for reader in (*READERS, check_picture):
        assert refusal(path, reader).message.startswith("a.heic is too large: ")


def test_that_a_size_that_is_not_the_pixels_own_is_damage(tmp_path: Path) -> None:
    path = with_size(saved(tmp_path / "a.heic", NOISE), 32, 32)
    assert refusal(path).message == "a.heic is damaged or incomplete."


def test_that_a_folders_are_taken(tmp_path: Path) -> None:
    names = ("a.heic", "b.HEIF", "c.hif")
    for name in (*names, "d.czi"):
        (tmp_path / name).write_bytes(b"x")
    paths = tuple(str(tmp_path / name) for name in names)
    assert find_pictures(str(tmp_path)) == FoundPictures(paths, (str(tmp_path / "d.czi"),))


def test_that_a_library_that_does_not_start_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: object) -> None:
        raise ImportError("libheif.so: no such file")

    path = saved(tmp_path / "a.heic", NOISE)
    monkeypatch.setattr(heif, "HeifImageFile", fail)
    error = refusal(path)
    assert error.message == (
        "a.heic is a HEIC picture, and pillow-heif, which reads it, does not start."
    )
    assert error.detail == "libheif.so: no such file"
