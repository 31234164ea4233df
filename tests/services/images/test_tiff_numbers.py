"""Greys of every kind of number that a TIFF holds, and why some are refused."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from tiff_bytes import tiff_bytes

from ailab.services.images.image_reader import picture_for_display, read_image
from ailab.services.images.picture_error import PictureError
from ailab.services.images.tiff_refusal import tiff_refusal, tiff_tags


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("is_compressed", [False, True], ids=["plain", "deflate"])
@pytest.mark.parametrize("tile", [0, 16], ids=["strips", "tiles"])
@pytest.mark.parametrize("photometric", [0, 1], ids=["white is zero", "black is zero"])
@pytest.mark.parametrize(
    "dtype",
    [
        *(np.int8, np.int16, np.int32, np.uint16, np.uint32),
        *(np.float16, np.float32, np.float64),
    ],
)
def test_that_greys_are_stretched_whatever_their_numbers_and_order_of_bytes(
    tmp_path: Path,
    dtype: type[np.generic],
    photometric: int,
    tile: int,
    is_compressed: bool,
    order: Literal["<", ">"],
) -> None:
    values = (np.arange(200).reshape(10, 20, 1) % 120).astype(dtype)
    path = tmp_path / "a.tif"
    path.write_bytes(
        tiff_bytes(
            values, order=order, tile=tile, photometric=photometric, is_compressed=is_compressed
        )
    )
    grey = np.rint(values.astype(float) * (255 / 119)).astype(np.uint8)
    expected = 255 - grey if photometric == 0 else grey
    image = read_image(path)
    np.testing.assert_array_equal(image.pixels[..., :1], expected)
    assert "values 0 to 119 were stretched" in image.notes[0]
    assert image.notes[0].startswith("Floating-point") is (np.dtype(dtype).kind == "f")
    assert picture_for_display(str(path)).notes == image.notes


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_that_values_that_are_no_numbers_count_as_those_of_32_bits_do(
    tmp_path: Path, dtype: type[np.generic]
) -> None:
    values = np.array([[[np.nan], [np.inf], [0.5], [1], [2]]]).astype(dtype)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(values))
    image = read_image(path)
    assert image.pixels[0, :, 0].tolist() == [0, 255, 0, 85, 255]
    assert "2 are NaN, which counts as the least, or infinite." in image.notes[0]


@pytest.mark.parametrize(
    ("samples", "options", "what", "advice"),
    [
        (
            np.zeros((4, 5, 1), np.uint64),
            {},
            "of whole numbers of 64 bits, which ailab cannot read.",
            "16- or 32-bit grey",
        ),
        (
            np.zeros((4, 5, 3), np.float32),
            {},
            "of floating-point numbers in 3 channels, of which ailab reads one channel alone.",
            "the channel of interest as a 32-bit grey picture",
        ),
        (
            np.zeros((4, 5, 2), np.uint16),
            {"photometric": 1, "extra": (0,)},
            "of 2 channels of 16 bits, which ailab cannot read.",
            "the channel of interest as a grey picture, or a copy in 8-bit RGB",
        ),
        (
            np.zeros((4, 5, 3), np.uint16),
            {"photometric": 1, "extra": (0, 0), "is_planar": True},
            "of 3 channels of 16 bits in separate planes, which ailab cannot read.",
            "the channel of interest",
        ),
        (
            np.zeros((4, 5, 5), np.uint8),
            {"photometric": 2, "extra": (0, 0), "is_planar": True},
            "of 5 channels of 8 bits in separate planes, which ailab cannot read.",
            "the channel of interest",
        ),
    ],
)
def test_that_a_refusal_names_its_cause_and_what_to_save(
    tmp_path: Path, samples: Any, options: dict[str, Any], what: str, advice: str
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(samples, **options))
    with pytest.raises(PictureError) as told:
        read_image(path)
    assert told.value.message == f"a.tif is a TIFF picture {what}"
    assert advice in told.value.advice
    assert told.value.advice.endswith("in another program and open that.")


@pytest.mark.parametrize(
    ("tags", "what"),
    [
        ({258: (32,), 339: (6,)}, "of complex numbers"),
        ({258: (24,), 339: (3,)}, "of floating-point numbers of 24 bits"),
        ({258: (14,)}, "of whole numbers of 14 bits"),
        ({258: (), 277: "many"}, "whose channels or bits"),
        ({}, "whose channels or bits"),
    ],
)
def test_that_odd_tags_are_told_as_far_as_they_go(tags: dict[int, Any], what: str) -> None:
    assert f"a TIFF picture {what}" in tiff_refusal("a.tif", tags).message


@pytest.mark.parametrize("is_big", [False, True])
def test_that_tags_are_read_of_a_file_that_is_not_opened(tmp_path: Path, is_big: bool) -> None:
    path = tmp_path / "a.tif"
    entry = struct.pack("<HHQHHHH" if is_big else "<HHIHH", 258, 3, 1, 64, *(0,) * (1 + 2 * is_big))
    if is_big:
        path.write_bytes(b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1) + entry + bytes(8))
    else:
        path.write_bytes(b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + bytes(4))
    with path.open("rb") as file:
        assert tiff_tags(file) == {258: (64,)}
    path.write_bytes(b"II*\0\x08\0\0")
    with path.open("rb") as file:
        assert tiff_tags(file) == {}
