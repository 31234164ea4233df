"""TIFFs that lie in more pieces than a picture has."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ailab.services.images import tiff_strips
from ailab.services.images.image_reader import read_image
from ailab.services.images.picture_error import PictureError

_LONG = 4


def in_pieces(path: Path, pieces: int) -> Path:
    """Eight rows, each a strip, with the offsets of as many strips as are asked for."""
    size, rows = 8, 2 + 9 * 12 + 4
    where, counts = size + rows + 64, size + rows + 64 + 4 * pieces
    tags = [(256, 8), (257, 8), (258, 8), (259, 1), (262, 1), (277, 1), (278, 1)]
    data = b"II*\0" + struct.pack("<IH", size, 9)
    data += b"".join(struct.pack("<HHII", tag, _LONG, 1, value) for tag, value in tags[:5])
    data += struct.pack("<HHII", 273, _LONG, pieces, where)
    data += b"".join(struct.pack("<HHII", tag, _LONG, 1, value) for tag, value in tags[5:])
    data += struct.pack("<HHII", 279, _LONG, pieces, counts) + bytes(4) + bytes(range(64))
    starts = [size + rows + 8 * (number % 8) for number in range(pieces)]
    path.write_bytes(data + struct.pack(f"<{pieces}I", *starts) + struct.pack("<I", 8) * pieces)
    return path


def test_that_a_picture_in_strips_is_read(tmp_path: Path) -> None:
    read = read_image(in_pieces(tmp_path / "a.tif", 8))
    assert (read.image.size, read.image.getpixel((7, 7))) == ((8, 8), (63, 63, 63))


def test_that_one_in_more_strips_than_any_has_is_refused_before_each_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiff_strips, "_MOST_PIECES", 99)
    with pytest.raises(PictureError, match=r"a\.tif is damaged or incomplete") as caught:
        read_image(in_pieces(tmp_path / "a.tif", 100))
    assert "100 strips" in caught.value.detail
