from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ailab.services.images.image_reader import read_image
from ailab.services.images.picture_error import PictureError
from ailab.services.providers import sent_picture
from ailab.services.providers.sent_picture import SentPicture, read_sent_picture
from tiff_stack import saved_stack


def _noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def _sent(picture: SentPicture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def test_that_a_lossless_picture_is_sent_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "cells.tif"
    _noise(60, 40).save(path)
    picture = read_sent_picture(str(path))

    assert picture.media_type == "image/png"
    assert np.array_equal(np.asarray(_sent(picture)), read_image(path).pixels)
    assert np.array_equal(picture.pixels, read_image(path).pixels)
    assert picture.size == (60, 40)


def test_that_a_jpeg_is_sent_as_jpeg_without_what_it_tells(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (60, 40), (200, 90, 10)).save(path, comment=b"at home", exif=Image.Exif())
    picture = read_sent_picture(str(path))

    assert picture.media_type == "image/jpeg"
    assert b"at home" not in picture.data
    difference = np.asarray(_sent(picture)).astype(int) - picture.pixels
    assert np.abs(difference).max() <= 2


def test_that_a_large_lossless_picture_is_sent_as_jpeg(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cells.png"
    _noise(60, 40).save(path)
    monkeypatch.setattr(sent_picture, "_MOST_LOSSLESS", 1000)

    assert read_sent_picture(str(path)).media_type == "image/jpeg"


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_PIXELS"])
def test_that_a_picture_beyond_a_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = tmp_path / "cells.png"
    _noise(60, 40).save(path)
    monkeypatch.setattr(sent_picture, limit, 1000)

    with pytest.raises(PictureError, match="too large"):
        read_sent_picture(str(path))


def test_that_a_chat_gets_a_png_that_its_request_has_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cells.png"
    _noise(60, 40).save(path)
    assert read_sent_picture(str(path), in_chat=True).media_type == "image/png"

    best = len(_jpeg(path))
    monkeypatch.setattr(sent_picture, "_MOST_IN_CHAT", best)
    assert read_sent_picture(str(path)).media_type == "image/png"  # which is asked by its bytes
    picture = read_sent_picture(str(path), in_chat=True)
    assert (picture.media_type, len(picture.data), picture.notes) == ("image/jpeg", best, ())


def test_that_a_chat_gets_a_lesser_jpeg_where_that_is_too_long_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "photo.jpg"
    _noise(60, 40).save(path, quality=95)
    best = len(_jpeg(path))
    monkeypatch.setattr(sent_picture, "_MOST_IN_CHAT", best - 1)
    picture = read_sent_picture(str(path), in_chat=True)
    assert len(picture.data) < best
    assert "quality 85" in picture.notes[-1]

    monkeypatch.setattr(sent_picture, "_MOST_IN_CHAT", 10)  # no quality is as short
    assert "quality 75" in read_sent_picture(str(path), in_chat=True).notes[-1]


def _jpeg(path: Path) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(read_image(path).pixels)
    image.save(buffer, "JPEG", quality=95, subsampling=0)
    return buffer.getvalue()


def test_that_the_page_that_was_chosen_is_sent(tmp_path: Path) -> None:
    pages = [np.full((4, 5), value, np.uint8) for value in (10, 200)]
    path = saved_stack(tmp_path / "stack.tif", pages)
    picture = read_sent_picture(f"{path}#page=2")
    assert (picture.pixels == 200).all()
    assert (picture.media_type, picture.notes) == ("image/png", ("Page 2 of 2 is used.",))
