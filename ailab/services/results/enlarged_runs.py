"""COCO's run lengths of a mask, brought to the size of a larger picture without its pixels.

Each pixel of the picture is taken from the nearest of the mask's, as regions are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.results.run_lengths import border_counts, mask_borders

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]


def enlarged_counts(counts: str, size: tuple[int, int], wanted: tuple[int, int]) -> str:
    """The counts of a mask at another size, as a text.

    Args:
        counts: as `mask_counts` writes them.
        size: width and height of the mask's picture, in pixels.
        wanted: width and height of what is wanted, neither less than those.

    Raises:
        BadFieldError: no counts, or those of a mask of another picture.
    """
    width, height = wanted
    column, top, bottom = _within_columns(mask_borders(counts, size[0] * size[1]), size[1])
    rows = first_pixels(size[1], height)
    top, bottom = rows[top], rows[bottom]
    # The runs of each of the mask's columns, once for every column of the picture that shows it.
    columns = first_pixels(size[0], width)
    shown = np.repeat(np.arange(size[0]), np.diff(columns))
    firsts = np.searchsorted(column, np.arange(size[0] + 1))
    lengths = np.diff(firsts)[shown]
    ends = np.cumsum(lengths)
    picked = np.arange(ends[-1]) + np.repeat(firsts[shown] - (ends - lengths), lengths)
    place = np.repeat(np.arange(width) * height, lengths)
    starts, stops = place + top[picked], place + bottom[picked]
    # A run that goes on from the bottom of a column to the top of the next is one.
    is_apart = stops[:-1] != starts[1:]
    starts = starts[np.append(True, is_apart)] if starts.size else starts
    stops = stops[np.append(is_apart, True)] if stops.size else stops
    return border_counts(np.stack((starts, stops), axis=1).ravel(), width * height)


def _within_columns(borders: Numbers, height: int) -> tuple[Numbers, Numbers, Numbers]:
    """Each run of pixels inside, cut where a column ends: its column, first row, row after."""
    starts, ends = borders[0::2], borders[1::2]
    first, last = starts // height, (ends - 1) // height
    counts = last - first + 1
    run = np.repeat(np.arange(len(starts)), counts)
    column = first[run] + np.arange(len(run)) - np.repeat(np.cumsum(counts) - counts, counts)
    top = np.where(column == first[run], starts[run] - column * height, 0)
    bottom = np.where(column == last[run], ends[run] - column * height, height)
    return column, top, bottom


def first_pixels(length: int, wanted: int) -> Numbers:
    """Of each pixel along a side, and of the end, the first one that shows it at another length."""
    # Pixel n shows pixel (n + ½) · length / wanted, rounded down.
    return -((length - 2 * wanted * np.arange(length + 1)) // (2 * length))
