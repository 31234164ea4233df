"""Pieces of a picture: each pixel is kept once, and seen with room around it."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.tiles import tiles


@pytest.mark.parametrize("size", [(1, 1), (224, 224), (225, 224), (223, 1000), (1000, 700)])
@pytest.mark.parametrize(("piece", "overlap"), [((224, 224), 16), ((192, 160), 32), ((8, 8), 3)])
def test_that_pieces_cover_a_picture_once_and_overlap(
    size: tuple[int, int], piece: tuple[int, int], overlap: int
) -> None:
    height, width = size
    times = np.zeros(size, np.int64)
    for tile in tiles(height, width, piece, overlap):
        top, left, bottom, right = tile.seen
        assert (bottom - top, right - left) == (min(height, piece[0]), min(width, piece[1]))
        first_row, first_column, end_row, end_column = tile.kept
        times[first_row:end_row, first_column:end_column] += 1
        # What is kept lies in what is seen, with half the overlap of room but at the border.
        room = overlap // 2
        assert first_row - top >= (room if first_row else 0)
        assert first_column - left >= (room if first_column else 0)
        assert bottom - end_row >= (room if end_row < height else 0)
        assert right - end_column >= (room if end_column < width else 0)
    assert times.min() == times.max() == 1
