"""TIFFs as microscopes and their programs write them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from tiff_bytes import tiff_bytes

from ailab.services.images import deep_colours, image_reader, stretch
from ailab.services.images.image_reader import check_picture, picture_for_display, read_image
from ailab.services.images.picture_error import PictureError

UPPER_BITS = "16-bit colours: the upper 8 bits of each channel were taken."


def written(folder: Path, samples: npt.NDArray[Any], **options: Any) -> Path:
    path = folder / "a.tif"
    path.write_bytes(tiff_bytes(samples, **options))
    return path


def colours(greatest: int, channels: int = 3) -> npt.NDArray[np.uint16]:
    """16-bit colours of 37 × 22 pixels, `greatest` and 5 among them."""
    values = np.random.default_rng(3).integers(5, greatest, (22, 37, channels), np.uint16)
    values[0, 0], values[0, 1] = 5, greatest
    return values


def stretched(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    low, high = values.min(), values.max()
    scaled = (values.astype(np.float64) - low) * (255 / (float(high) - float(low)))
    rounded: npt.NDArray[np.uint8] = np.rint(scaled).astype(np.uint8)
    return rounded


ORDERS = pytest.mark.parametrize("order", ["<", ">"])
LAYOUTS = pytest.mark.parametrize("tile", [0, 16], ids=["strips", "tiles"])


@ORDERS
@LAYOUTS
@pytest.mark.parametrize("is_planar", [False, True])
@pytest.mark.parametrize("is_compressed", [False, True])
def test_that_16_bit_colours_of_the_full_range_keep_their_upper_bits(
    tmp_path: Path, order: Literal["<", ">"], tile: int, is_planar: bool, is_compressed: bool
) -> None:
    values = colours(65000)
    path = written(
        tmp_path, values, order=order, tile=tile, is_planar=is_planar, is_compressed=is_compressed
    )
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, values >> 8)
    assert image.notes == (UPPER_BITS,)


@ORDERS
@LAYOUTS
@pytest.mark.parametrize(
    ("is_planar", "is_compressed"), [(False, False), (False, True), (True, False)]
)
def test_that_12_bit_colours_in_16_are_stretched_by_one_range(
    tmp_path: Path, order: Literal["<", ">"], tile: int, is_planar: bool, is_compressed: bool
) -> None:
    values = colours(4095)
    values[..., 1] //= 2  # a channel that is darker stays darker
    path = written(
        tmp_path, values, order=order, tile=tile, is_planar=is_planar, is_compressed=is_compressed
    )
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels, stretched(values))
    assert image.notes == ("16-bit colours: values 2 to 4095 were stretched to 8 bits.",)
    handed = image_reader.read_picture(str(path), open_file=lambda path: path.open("rb"))
    np.testing.assert_array_equal(handed.pixels, image.pixels)
    assert picture_for_display(str(path)).notes == image.notes


@pytest.mark.parametrize("piece_pixels", [10, 100])  # parts of a row, some rows
def test_that_dark_colours_are_stretched_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece_pixels: int
) -> None:
    monkeypatch.setattr(deep_colours, "_PIECE_PIXELS", piece_pixels)
    values = colours(4095)
    path = written(tmp_path, values)
    np.testing.assert_array_equal(read_image(path).pixels, stretched(values))


@pytest.mark.parametrize("is_planar", [False, True])
@pytest.mark.parametrize("extra", [(2,), (0,)], ids=["alpha", "unspecified"])
def test_that_a_fourth_channel_does_not_count_among_dark_colours(
    tmp_path: Path, is_planar: bool, extra: tuple[int, ...]
) -> None:
    values = colours(4095, channels=4)
    values[..., 3] = 65535
    image = read_image(written(tmp_path, values, is_planar=is_planar, extra=extra))
    np.testing.assert_array_equal(image.pixels, stretched(values[..., :3]))


def test_that_stretched_colours_lie_upright(tmp_path: Path) -> None:
    values = colours(4095)
    path = written(tmp_path, values, orientation=6, is_planar=True)
    expected = np.rot90(stretched(values), -1)
    np.testing.assert_array_equal(read_image(path).pixels, expected)


def test_that_planes_of_the_first_page_of_several_are_read_as_of_16_bits(tmp_path: Path) -> None:
    values = colours(4095)
    content = tiff_bytes(values, is_planar=True)
    (first,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, first)
    end = first + 2 + 12 * count  # where the next page's directory is named
    again = content[first:end] + bytes(4)
    path = tmp_path / "a.tif"
    path.write_bytes(content[:end] + struct.pack("<I", len(content)) + content[end + 4 :] + again)
    image = read_image(path)
    assert image.notes[0] == "Page 1 of 2 is used."
    np.testing.assert_array_equal(image.pixels, stretched(values))


def test_that_dark_colours_that_cannot_be_stretched_say_what_to_do(tmp_path: Path) -> None:
    values = colours(4095)
    image = read_image(written(tmp_path, values, is_planar=True, is_compressed=True))
    np.testing.assert_array_equal(image.pixels, values >> 8)
    assert image.notes[0].endswith("save the picture as a 16-bit PNG.")


def test_that_dark_16_bit_colours_of_a_png_are_stretched(tmp_path: Path) -> None:
    values = colours(4095)
    rows = np.concatenate(
        [np.zeros((22, 1), np.uint8), values.astype(">u2").view(np.uint8).reshape(22, -1)], axis=1
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 37, 22, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows.tobytes()))
        + chunk(b"IEND", b"")
    )
    np.testing.assert_array_equal(read_image(path).pixels, stretched(values))


@pytest.mark.parametrize("is_compressed", [False, True])
def test_that_signed_bytes_are_read_with_their_sign(tmp_path: Path, is_compressed: bool) -> None:
    values = np.arange(-100, 100, dtype=np.int8).reshape(10, 20, 1)
    image = read_image(written(tmp_path, values, is_compressed=is_compressed))
    np.testing.assert_array_equal(image.pixels[..., :1], stretched(values.astype(int)))
    assert image.notes == ("Signed 8-bit picture: values -100 to 99 were stretched to 8 bits.",)


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_that_deep_greys_whose_zero_is_white_are_inverted(
    tmp_path: Path, is_compressed: bool, dtype: type[np.generic]
) -> None:
    values = (np.arange(200).reshape(10, 20, 1) * 7).astype(dtype)
    path = written(tmp_path, values, photometric=0, is_compressed=is_compressed)
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels[..., :1], 255 - stretched(values))
    assert "0 to 1393 were stretched to 8 bits, the least to white." in image.notes[0]


def test_that_large_unsigned_numbers_do_not_wrap(tmp_path: Path) -> None:
    values = np.array([[[0], [2**31], [2**32 - 1]]], np.uint32)
    image = read_image(written(tmp_path, values))
    assert image.pixels[0, :, 0].tolist() == [0, 128, 255]
    assert image.notes[0].startswith("32-bit picture: values 0 to 4.29497e+09")


def test_that_16_bits_are_called_so_whatever_mode_pillow_reads_them_in(tmp_path: Path) -> None:
    values = np.arange(-100, 100, dtype=np.int16).reshape(10, 20, 1)
    assert read_image(written(tmp_path, values)).notes == (
        "Signed 16-bit picture: values -100 to 99 were stretched to 8 bits.",
    )
    path = tmp_path / "a.pgm"
    path.write_bytes(b"P5 2 1 65535\n\x00\x01\x10\x00")
    assert read_image(path).notes == ("16-bit picture: values 1 to 4096 were stretched to 8 bits.",)


@pytest.mark.parametrize("value", [0, 7])
def test_that_a_picture_of_one_value_says_so(tmp_path: Path, value: int) -> None:
    image = read_image(written(tmp_path, np.full((4, 5, 1), value, np.uint16)))
    assert not image.pixels.any()
    assert image.notes == (f"16-bit picture: every value is {value}, so it is black.",)


def test_that_values_that_are_no_numbers_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "_AT_ONCE", 3)
    values = np.array([[[np.nan], [np.inf], [0.5], [1], [2]]], np.float32)
    image = read_image(written(tmp_path, values))
    assert image.pixels[0, :, 0].tolist() == [0, 255, 0, 85, 255]
    assert image.notes[0] == (
        "Floating-point picture: values 0.5 to 2 were stretched to 8 bits. "
        "2 are NaN, which counts as the least, or infinite."
    )
    nothing = read_image(written(tmp_path, np.full((1, 2, 1), np.nan, np.float32)))
    assert (
        nothing.notes[0] == "Floating-point picture: no value is a finite number, so it is black."
    )


@pytest.mark.parametrize("is_compressed", [False, True])
@pytest.mark.parametrize(
    ("channels", "dtype", "photometric", "extra"),
    [
        (2, np.uint16, 1, (0,)),
        (3, np.uint16, 1, (0, 0)),
        (2, np.uint8, 1, (0,)),
        (5, np.uint8, 2, (0, 0)),
        (4, np.uint16, 2, (1,)),
        (4, np.uint16, 5, ()),
    ],
)
def test_that_planes_of_other_channels_are_not_called_damaged(
    tmp_path: Path,
    is_compressed: bool,
    channels: int,
    dtype: type[np.generic],
    photometric: int,
    extra: tuple[int, ...],
) -> None:
    path = written(
        tmp_path,
        np.ones((8, 9, channels), dtype),
        photometric=photometric,
        extra=extra,
        is_planar=True,
        is_compressed=is_compressed,
    )
    if is_compressed and photometric != 1:
        read_image(path)  # libtiff joins these planes
        return
    for reader in (read_image, lambda path: picture_for_display(str(path)), check_picture):
        with pytest.raises(PictureError) as caught:
            reader(path)
        bits = np.dtype(dtype).itemsize * 8
        assert caught.value.message.startswith(
            f"a.tif is a TIFF picture of {channels} channels of {bits} bits in separate planes"
        )
        assert "channel of interest" in caught.value.advice


def test_that_the_first_of_two_channels_is_told_of(tmp_path: Path) -> None:
    values = np.stack([np.full((4, 5), 50), np.full((4, 5), 99)], axis=-1).astype(np.uint8)
    image = read_image(written(tmp_path, values, photometric=1, extra=(0,)))
    assert (image.pixels == 50).all()
    assert image.notes == ("Channel 1 of 2 is used.",)


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_that_truncated_planes_are_called_damaged(tmp_path: Path, share: float) -> None:
    values = colours(65000)
    content = tiff_bytes(values, is_planar=True)
    (first,) = struct.unpack_from("<I", content, 4)
    directory = bytearray(content[first:])
    path = tmp_path / "a.tif"
    # The directory at the beginning, so that pixels are missing at the end.
    count = struct.unpack_from("<H", directory)[0]
    for at in range(2, 2 + 12 * count, 12):
        tag, kind, number, value = struct.unpack_from("<HHII", directory, at)
        size = number * (2 if kind == 3 else 4)
        if size > 4:
            struct.pack_into("<I", directory, at + 8, value - first + 8)
            if tag == 273:
                places = value - first
                for place in range(places, places + size, 4):
                    (start,) = struct.unpack_from("<I", directory, place)
                    struct.pack_into("<I", directory, place, start + len(directory))
    pixels = content[8:first]
    whole = b"II*\0" + struct.pack("<I", 8) + bytes(directory) + pixels
    path.write_bytes(whole)
    np.testing.assert_array_equal(read_image(path).pixels, values >> 8)
    path.write_bytes(whole[: len(whole) - int(len(pixels) * share)])
    with pytest.raises(PictureError, match="damaged or incomplete"):
        read_image(path)


def test_that_missing_planes_are_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    content = bytearray(tiff_bytes(colours(65000), is_planar=True))
    (first,) = struct.unpack_from("<I", content, 4)
    for at in range(first + 2, len(content) - 12, 12):
        if struct.unpack_from("<H", content, at)[0] == 273:
            struct.pack_into("<I", content, at + 4, 8)  # the strips of one plane only
            break
    path.write_bytes(content)
    with pytest.raises(PictureError, match="damaged or incomplete"):
        read_image(path)
