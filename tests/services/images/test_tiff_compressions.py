"""TIFFs compressed in ways that only other programs undo."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from tiff_bytes import tiff_bytes

from ailab.services.images.image_reader import read_image
from ailab.services.images.picture_error import PictureError


@pytest.mark.parametrize(
    ("number", "name"), [(33003, "JPEG 2000"), (34712, "JPEG 2000"), (50002, "JPEG XL")]
)
def test_that_a_compression_of_another_program_is_named_and_not_called_damage(
    tmp_path: Path, number: int, name: str
) -> None:
    path = tmp_path / "a.tif"
    tag, deflate = struct.pack("<HHI", 259, 3, 1), struct.pack("<H", 8)
    content = tiff_bytes(np.zeros((4, 5, 3), np.uint8), is_compressed=True)
    assert content.count(tag + deflate) == 1
    path.write_bytes(content.replace(tag + deflate, tag + struct.pack("<H", number)))
    with pytest.raises(PictureError) as told:
        read_image(path)
    words = f"a.tif is a TIFF picture compressed as {name}, which ailab cannot read."
    assert told.value.message == words
    assert "LZW" in told.value.advice
