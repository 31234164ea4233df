"""TIFFs compressed in many ways: each is read rightly, or its compression is told."""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiff_bytes import Tags, tiff_bytes, tiff_of

from ailab.services.images import tiff_compression
from ailab.services.images.image_reader import check_picture, read_image
from ailab.services.images.picture_error import NoPictureError, PictureError

BYTES = np.arange(256, dtype=np.uint8).reshape(16, 16)
GREY: Tags = {258: ("H", (8,)), 262: ("H", (1,)), 277: ("H", (1,))}
OF_JPEG: Tags = {258: ("H", (8,) * 3), 262: ("H", (6,)), 277: ("H", (3,)), 530: ("H", (1, 1))}
COLOUR = (200, 100, 50)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "a.tif"
    path.write_bytes(content)
    return path


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def refusal(path: Path) -> PictureError:
    with pytest.raises(PictureError) as told:
        read_image(path)
    return told.value


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (33003, "JPEG 2000"),
        (34712, "JPEG 2000"),
        (50002, "JPEG XL"),
        (34661, "JBIG"),
        (32909, "PixarLog"),
        (32766, "NeXT's two bits"),
        (34887, "LERC"),
        (12345, "TIFF's number 12345"),
    ],
)
def test_that_a_compression_of_another_program_is_named_and_not_called_damage(
    tmp_path: Path, number: int, name: str
) -> None:
    tag, deflate = struct.pack("<HHI", 259, 3, 1), struct.pack("<H", 8)
    content = tiff_bytes(np.zeros((4, 5, 3), np.uint8), is_compressed=True)
    assert content.count(tag + deflate) == 1
    told = refusal(
        written(tmp_path, content.replace(tag + deflate, tag + struct.pack("<H", number)))
    )
    words = f"a.tif is a TIFF picture compressed as {name}, which ailab cannot read."
    assert told.message == words
    assert "LZW" in told.advice


@pytest.mark.parametrize("number", [8, 32946])
def test_that_deflate_is_read_by_both_of_its_numbers(tmp_path: Path, number: int) -> None:
    content = tiff_of(16, 16, number, zlib.compress(BYTES.tobytes()), GREY)
    assert (np.asarray(read_image(written(tmp_path, content)).image)[..., 0] == BYTES).all()


def test_that_lzma_is_read(tmp_path: Path) -> None:
    content = tiff_of(16, 16, 34925, lzma.compress(BYTES.tobytes()), GREY)
    assert (np.asarray(read_image(written(tmp_path, content)).image)[..., 0] == BYTES).all()


@pytest.mark.parametrize("compression", ["packbits", "tiff_lzw", "zstd"])
def test_that_lossless_compressions_are_read(tmp_path: Path, compression: str) -> None:
    content = saved(Image.fromarray(BYTES), "TIFF", compression=compression)
    assert (np.asarray(read_image(written(tmp_path, content)).image)[..., 0] == BYTES).all()


@pytest.mark.parametrize("compression", ["tiff_ccitt", "group3", "group4"])
def test_that_ccitts_compressions_are_read(tmp_path: Path, compression: str) -> None:
    bits = np.indices((8, 40)).sum(0) % 3 == 0
    content = saved(Image.fromarray(bits), "TIFF", compression=compression)
    assert (np.asarray(read_image(written(tmp_path, content)).image)[..., 0] == bits * 255).all()


def test_that_run_lengths_in_words_are_not_read_wrongly(tmp_path: Path) -> None:
    bits = np.indices((8, 16)).sum(0) % 3 == 0
    path = written(tmp_path, saved(Image.fromarray(bits), "TIFF", compression="tiff_raw_16"))
    assert "compressed as CCITT's run lengths in words" in refusal(path).message
    with pytest.raises(NoPictureError):
        check_picture(path)


def test_that_thunderscans_greys_are_read(tmp_path: Path) -> None:
    values = np.arange(16, dtype=np.uint8).reshape(2, 8)
    raw = bytes(0xC0 | value for value in values.ravel().tolist())
    content = tiff_of(8, 2, 32809, raw, GREY | {258: ("H", (4,))})
    assert (np.asarray(read_image(written(tmp_path, content)).image)[..., 0] == values * 17).all()


def test_that_the_old_jpeg_of_tiff_6_is_read(tmp_path: Path) -> None:
    jpeg = saved(Image.new("RGB", (16, 16), COLOUR), "JPEG", quality=95, subsampling=0)
    tags = OF_JPEG | {513: ("I", (8,)), 514: ("I", (len(jpeg),))}
    rgb = np.asarray(read_image(written(tmp_path, tiff_of(16, 16, 6, jpeg, tags))).image)
    assert abs(rgb.astype(int) - COLOUR).max() <= 2


def test_that_an_old_jpeg_that_is_not_understood_may_be_sound(tmp_path: Path) -> None:
    jpeg = saved(Image.new("L", (16, 16), 77), "JPEG")
    tags = GREY | {513: ("I", (8,)), 514: ("I", (len(jpeg),))}
    told = refusal(written(tmp_path, tiff_of(16, 16, 6, jpeg, tags)))
    assert told.message.startswith("a.tif is damaged, or a TIFF picture compressed as old-style")
    assert "LZW" in told.advice


@pytest.mark.parametrize(
    ("number", "photometric", "channels"), [(34676, 32844, 1), (34677, 32845, 3)]
)
def test_that_sgis_logarithms_are_told_to_be_of_another_kind(
    tmp_path: Path, number: int, photometric: int, channels: int
) -> None:
    tags = {258: ("H", (16,) * channels), 262: ("H", (photometric,)), 277: ("H", (channels,))}
    told = refusal(written(tmp_path, tiff_of(2, 2, number, bytes(24), tags)))
    assert "of SGI's logarithms (LogL or LogLuv), which ailab cannot read" in told.message
    assert "8-bit RGB" in told.advice


def test_that_webp_is_read_where_this_pillow_does_and_else_named(tmp_path: Path) -> None:
    webp = saved(Image.new("RGB", (16, 16), COLOUR), "WEBP", lossless=True)
    path = written(tmp_path, tiff_of(16, 16, 50001, webp, OF_JPEG | {262: ("H", (2,))}))
    if tiff_compression._has("webp"):
        assert (np.asarray(read_image(path).image) == COLOUR).all()
    else:
        assert "compressed as WebP, which ailab cannot read" in refusal(path).message


@pytest.mark.parametrize(
    ("number", "name"), [(50001, "WebP"), (50000, "Zstandard"), (34925, "LZMA")]
)
def test_that_a_compression_that_this_pillow_was_built_without_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    monkeypatch.setattr(tiff_compression, "_has", lambda _codec: False)
    told = refusal(written(tmp_path, tiff_of(16, 16, number, bytes(99), GREY)))
    assert f"compressed as {name}, which ailab cannot read" in told.message


@pytest.mark.parametrize("number", [50000, 34925, 8])
def test_that_damage_is_told_where_the_compression_is_read(tmp_path: Path, number: int) -> None:
    told = refusal(written(tmp_path, tiff_of(16, 16, number, bytes(99), GREY)))
    assert told.message == "a.tif is damaged or incomplete."
