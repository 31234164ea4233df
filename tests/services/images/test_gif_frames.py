"""How many frames a GIF has."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ailab.services.images.gif_frames import gif_frames


def animated(frames: int, *, palettes: bool = False) -> bytes:
    greys = [Image.new("L", (40, 30), 9 * number) for number in range(frames)]
    if palettes:
        greys = [grey.convert("RGB").quantize(4 + number) for number, grey in enumerate(greys)]
    file = io.BytesIO()
    greys[0].save(
        file, "GIF", save_all=True, append_images=greys[1:], comment=b"\x2c" * 600, duration=40
    )
    return file.getvalue()


@pytest.mark.parametrize("palettes", [False, True])
@pytest.mark.parametrize("frames", [1, 2, 7])
def test_that_as_many_are_counted_as_pillow_does(frames: int, palettes: bool) -> None:
    data = animated(frames, palettes=palettes)
    for cut in (data, data + b"\0\x2c after its end"):
        file = io.BytesIO(cut)
        file.seek(5)
        with Image.open(io.BytesIO(cut)) as image:
            assert gif_frames(file, 100) == getattr(image, "n_frames") == frames  # noqa: B009
        assert file.tell() == 5


def test_that_what_is_cut_off_counts_as_far_as_it_is_there() -> None:
    data = animated(7)
    counts = [gif_frames(io.BytesIO(data[:size]), 100) for size in range(13, len(data))]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (1, 7)


def test_that_frames_without_end_are_counted_to_a_bound() -> None:
    frame = b"\x2c" + bytes(4) + b"\1\0\1\0\0" + b"\2\2\x44\1\0"
    assert gif_frames(io.BytesIO(b"GIF89a" + bytes(7) + frame * 1000), 101) == 101
