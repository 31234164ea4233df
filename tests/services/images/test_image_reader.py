"""Pictures as people have them, good and bad."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiff_bytes import tiff_bytes

from ailab.services.images import picture_rows
from ailab.services.images.image_reader import picture_for_display, read_image
from ailab.services.images.picture_error import PictureError

RAMP = np.arange(30 * 40 * 3, dtype=np.uint32).reshape(30, 40, 3).astype(np.uint8)
READERS: tuple[Callable[[Path], object], ...] = (read_image, lambda p: picture_for_display(str(p)))


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]  # each format has its own options
    return path


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def refusal(path: Path, reader: Callable[[Path], object] = read_image) -> PictureError:
    with pytest.raises(PictureError) as caught:
        reader(path)
    assert caught.value.message.endswith(".")
    assert caught.value.advice.endswith(".")
    return caught.value


@pytest.mark.parametrize("extension", ["png", "bmp", "tif", "ppm", "webp", "jp2", "tga"])
def test_that_a_lossless_picture_comes_back_as_it_is(tmp_path: Path, extension: str) -> None:
    options = {"webp": {"lossless": True}, "jp2": {"irreversible": False}}.get(extension, {})
    path = saved(tmp_path / f"a.{extension}", Image.fromarray(RAMP), **options)
    image = read_image(path)
    assert image.pixels.dtype == np.uint8
    np.testing.assert_array_equal(image.pixels, RAMP)
    assert image.notes == ()


def test_that_a_wrongly_named_picture_just_works(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", Image.fromarray(RAMP), format="PNG")
    np.testing.assert_array_equal(read_image(path).pixels, RAMP)


@pytest.mark.parametrize("extension", ["jpg", "png", "tif", "webp", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_that_exif_orientation_is_applied(tmp_path: Path, orientation: int, extension: str) -> None:
    corners = np.zeros((60, 100, 3), np.uint8)
    corners[:30, :50] = 255  # white where the stored picture's top left is
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / f"a.{extension}", Image.fromarray(corners), exif=exif)
    pixels = read_image(path).pixels
    is_turned = orientation >= 5
    assert pixels.shape == ((100, 60, 3) if is_turned else (60, 100, 3))
    height, width = pixels.shape[:2]
    bottom = orientation in {3, 4, 7, 8}
    right = orientation in {2, 3, 6, 7}
    white = pixels[
        height * 3 // 4 if bottom else height // 4, width * 3 // 4 if right else width // 4
    ]
    black = pixels[
        height // 4 if bottom else height * 3 // 4, width // 4 if right else width * 3 // 4
    ]
    assert white.min() > 200
    assert black.max() < 50
    shown = picture_for_display(str(path), 50)
    assert (shown.full_width, shown.full_height) == (width, height)
    assert (shown.width, shown.height) == ((30, 50) if is_turned else (50, 30))


def test_that_16_bit_greys_are_stretched_and_the_person_is_told(tmp_path: Path) -> None:
    values = np.linspace(12, 4095, 1200).astype(np.uint16).reshape(30, 40)
    for name in ("a.png", "a.tif"):
        image = read_image(saved(tmp_path / name, Image.fromarray(values)))
        expected = np.rint((values - 12.0) * 255 / (4095 - 12)).astype(np.uint8)
        np.testing.assert_array_equal(image.pixels, np.stack([expected] * 3, axis=-1))
        assert image.notes == ("16-bit picture: values 12 to 4095 were stretched to 8 bits.",)


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_that_32_bit_greys_are_stretched(tmp_path: Path, dtype: type[np.generic]) -> None:
    values = (np.arange(1200).reshape(30, 40) * 100 - 500).astype(dtype)
    image = read_image(saved(tmp_path / "a.tif", Image.fromarray(values)))
    assert (image.pixels[0, 0, 0], image.pixels[-1, -1, 0]) == (0, 255)
    assert "-500 to 119400" in image.notes[0]


def test_that_no_number_in_a_float_picture_does_no_harm(tmp_path: Path) -> None:
    values = np.array([[np.nan, np.inf, -np.inf, 0.0, 1.0]], np.float32)
    image = read_image(saved(tmp_path / "a.tif", Image.fromarray(values)))
    assert image.pixels[0, :, 0].tolist() == [0, 255, 0, 0, 255]
    empty = np.full((2, 2), np.nan, np.float32)
    assert not read_image(saved(tmp_path / "b.tif", Image.fromarray(empty))).pixels.any()


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "HSV"])
def test_that_a_colour_mode_is_converted_as_pillow_does(tmp_path: Path, mode: str) -> None:
    source = Image.fromarray(RAMP).convert(mode)
    extension = "png" if mode in {"1", "L", "P"} else "tif"
    path = tmp_path / f"a.{extension}"
    if mode == "HSV":
        source = source.convert("RGB")
    saved(path, source)
    np.testing.assert_array_equal(read_image(path).pixels, np.asarray(source.convert("RGB")))


def test_that_a_colour_space_without_a_conversion_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "a.tif", Image.new("LAB", (4, 4)))

    def convert(self: Image.Image, mode: str) -> Image.Image:  # as Pillow 11 does
        raise ValueError(f"conversion from {self.mode} to {mode} not supported")

    monkeypatch.setattr(Image.Image, "convert", convert)
    assert "LAB" in refusal(path).message


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_that_transparency_is_dropped_and_the_person_is_told(tmp_path: Path, mode: str) -> None:
    rgba = np.dstack([RAMP, np.full((30, 40), 128, np.uint8)])
    source = Image.fromarray(rgba)
    if mode == "PA":
        source = Image.fromarray(RAMP).quantize(16)
        path = saved(tmp_path / "a.png", source, transparency=bytes(range(16)))
    else:
        source = source.convert(mode)
        path = saved(tmp_path / "a.png", source)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, np.asarray(source.convert("RGB")))
    assert "Transparency" in image.notes[0]


def test_that_an_opaque_alpha_channel_is_not_worth_a_note(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RAMP).convert("RGBA"))
    assert read_image(path).notes == ()


@pytest.mark.parametrize("extension", ["gif", "webp", "png"])
def test_that_the_first_frame_of_an_animation_is_used(tmp_path: Path, extension: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    options = {"webp": {"lossless": True}}.get(extension, {})
    path = saved(
        tmp_path / f"a.{extension}", frames[0], save_all=True, append_images=frames[1:], **options
    )
    image = read_image(path)
    assert image.pixels[0, 0].tolist() == [255, 0, 0]
    assert image.notes == ("Animated picture: frame 1 of 3 is used.",)


def test_that_the_first_page_of_a_tiff_is_used(tmp_path: Path) -> None:
    pages = [Image.new("L", (8, 8), value) for value in (10, 20)]
    path = saved(tmp_path / "a.tif", pages[0], save_all=True, append_images=pages[1:])
    image = read_image(path)
    assert image.pixels[0, 0].tolist() == [10, 10, 10]
    assert image.notes == ("Page 1 of 2 is used.",)


def test_that_an_mpo_shows_its_main_picture(tmp_path: Path) -> None:
    views = [Image.new("RGB", (16, 16), colour) for colour in ("white", "black")]
    path = saved(tmp_path / "a.jpg", views[0], format="MPO", save_all=True, append_images=views[1:])
    image = read_image(path)
    assert image.pixels.min() > 250
    assert image.notes == ()


@pytest.mark.parametrize("reader", READERS)
def test_that_a_missing_picture_is_named(tmp_path: Path, reader: Callable[[Path], object]) -> None:
    assert "no file" in refusal(tmp_path / "gone.png", reader).message
    assert "gone.png" in refusal(tmp_path / "gone.png", reader).message


@pytest.mark.parametrize("reader", READERS)
def test_that_a_folder_is_not_a_picture(tmp_path: Path, reader: Callable[[Path], object]) -> None:
    assert "is a folder" in refusal(tmp_path, reader).message


def test_that_an_empty_file_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.touch()
    assert refusal(path).message == "a.png is empty (0 bytes)."


def test_that_text_is_not_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("hello, this is no picture", encoding="utf-8")
    assert refusal(path).message == "a.png is not a picture that ailab can read."


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7", "PDF document"),
        (b"<?xml version='1.0'?><svg xmlns=''>", "SVG drawing"),
        (b"\0" * 128 + b"DICM", "DICOM picture"),
        (b"ZISRAWFILE", "Zeiss CZI picture"),
        (b"\x89HDF\r\n\x1a\n", "HDF5 file"),
    ],
)
def test_that_an_unsupported_format_is_named(tmp_path: Path, start: bytes, kind: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(start + b"\0" * 200)
    assert refusal(path).message == f"a.png is a {kind}, which ailab cannot read."


@pytest.mark.parametrize(
    ("channels", "dtype"), [(2, np.uint16), (5, np.uint8), (3, np.float32), (1, np.uint64)]
)
def test_that_a_sound_tiff_of_another_kind_is_not_called_damaged(
    tmp_path: Path, channels: int, dtype: type[np.generic]
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(np.zeros((8, 8, channels), dtype)))
    for reader in READERS:
        error = refusal(path, reader)
        assert error.message.startswith("a.tif is a TIFF picture of ")
        assert "grey" in error.advice


def test_that_16_bit_colours_of_one_value_keep_their_upper_bits_and_the_person_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(np.full((8, 8, 3), 0x1234, np.uint16)))
    image = read_image(path)
    assert image.pixels.shape == (8, 8, 3)
    assert (image.pixels == 0x12).all()
    assert image.notes == ("16-bit colours: the upper 8 bits of each channel were taken.",)


@pytest.mark.parametrize("extension", ["png", "jpg", "tif", "bmp", "gif", "webp", "jp2", "avif"])
@pytest.mark.parametrize("share", [0.03, 0.3, 0.7])
def test_that_a_truncated_picture_is_refused(tmp_path: Path, extension: str, share: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = saved(tmp_path / f"a.{extension}", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    for reader in READERS:
        assert "damaged or incomplete" in refusal(path, reader).message


def test_that_a_picture_of_over_200_megapixels_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_header(20_000, 10_001))
    error = refusal(path)
    assert "20000 × 10001 pixels" in error.message
    assert "the limit is 200" in error.message


def test_that_pillows_own_limit_does_not_refuse_150_megapixels(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_header(15_000, 10_000))
    assert "damaged" in refusal(path).message  # beyond the limits, and found without pixels


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
def test_that_a_forbidden_picture_says_so(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RAMP))
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        assert "may not be read" in refusal(path).message
    else:
        pytest.skip("this user may read everything")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("asked", ["stat", "open"])
def test_that_a_picture_that_the_system_keeps_back_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reader: Callable[[Path], object],
    asked: str,
) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RAMP))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path if asked == "stat" else Image, asked, refuse)
    error = refusal(path, reader)
    assert error.message == "a.png may not be read."
    assert "permission" in error.advice


def test_that_a_name_no_file_can_have_is_refused() -> None:
    assert refusal(Path("a\0b.png")).advice


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_that_damaged_exif_does_not_hide_the_picture(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", Image.fromarray(RAMP), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert read_image(path).pixels.shape == (30, 40, 3)


def test_that_a_shown_picture_has_the_models_pixels(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(RAMP))
    shown = picture_for_display(str(path))
    assert (shown.width, shown.height, shown.full_width, shown.full_height) == (40, 30, 40, 30)
    bgrx = np.frombuffer(shown.pixels, np.uint8).reshape(30, 40, 4)
    np.testing.assert_array_equal(bgrx[..., 2::-1], RAMP)
    assert shown == picture_for_display(str(path), 40)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_that_a_shown_picture_hides_what_is_behind_it(tmp_path: Path, mode: str) -> None:
    path = saved(tmp_path / "a.tif", Image.new(mode, (40, 30)))
    for longest_side in (None, 20):
        shown = picture_for_display(str(path), longest_side)
        assert len(shown.pixels) == 4 * shown.width * shown.height
        assert set(shown.pixels[3::4]) == {255}


def test_that_a_jpeg_scaled_down_while_decoding_looks_the_same(tmp_path: Path) -> None:
    y, x = np.mgrid[:600, :800]
    smooth = np.stack([x * 255 // 800, y * 255 // 600, (x + y) * 255 // 1400], -1).astype(np.uint8)
    path = saved(tmp_path / "a.jpg", Image.fromarray(smooth), quality=95)
    shown = picture_for_display(str(path), 100)
    assert (shown.width, shown.height, shown.full_width) == (100, 75, 800)
    pixels = np.frombuffer(shown.pixels, np.uint8).reshape(75, 100, 4)[..., 2::-1]
    whole = Image.fromarray(read_image(path).pixels).resize((100, 75), Image.Resampling.LANCZOS)
    difference = np.abs(pixels.astype(int) - np.asarray(whole).astype(int))
    assert difference.mean() < 1


def test_that_a_picture_read_in_strips_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_rows, "_STRIP_PIXELS", 100)
    pixels = np.random.default_rng(0).integers(0, 256, (17, 31, 3), np.uint8)
    path = tmp_path / "noise.png"
    Image.fromarray(pixels).save(path)
    found = read_image(path).pixels
    np.testing.assert_array_equal(found, pixels)
    assert not found.flags.writeable
