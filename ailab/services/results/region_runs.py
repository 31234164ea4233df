"""The regions of a segmentation as COCO's run lengths, all of them in one pass.

Source of the form: see `run_lengths.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.pixel_map import PixelMap
from ailab.services.results.map_rows import map_pixels
from ailab.services.results.run_lengths import border_counts

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

_STRIP_PIXELS = 500_000
_NOTHING = 0


@dataclass(frozen=True, slots=True)
class RegionRuns:
    """Where a region lies in its picture.

    Attributes:
        counts: COCO's compressed run lengths, column after column.
        box: `xyxy`, in whole pixels.
    """

    counts: str
    box: tuple[int, int, int, int]


def region_runs(labels: PixelMap, size: tuple[int, int]) -> dict[int, RegionRuns]:
    """Each region of a label map, by its index; those without a pixel are left out.

    The map is read in strips. Beside it only the places are held at which one region ends and the
    next begins, and each of them is looked at once, however many regions there are.

    Args:
        labels: a region's index for each pixel, 0 for nothing.
        size: width and height of the picture, to which a map of another size is brought by taking
            the nearest, as it is for the picture of labels.
    """
    width, height = size
    starts, indices = _runs(map_pixels(labels, size))
    ends = np.append(starts[1:], width * height)
    # All runs of a region beside each other, in their order.
    order = np.argsort(indices, kind="stable")
    present, firsts = np.unique(indices[order], return_index=True)
    return {
        int(index): _region(starts[mine], ends[mine], size)
        for index, mine in zip(present, np.split(order, firsts[1:]), strict=True)
        if index != _NOTHING
    }


def _runs(pixels: Bytes) -> tuple[Places, Bytes]:
    """Where the runs of one index begin, counted column after column, and of which they are."""
    height, width = pixels.shape
    at_once = max(1, _STRIP_PIXELS // width)
    is_new = np.ones(width, np.bool_)
    is_new[1:] = pixels[0, 1:] != pixels[-1, :-1]  # else the run goes on from the column before
    starts: list[Places] = [np.flatnonzero(is_new) * height]
    for top in range(1, height, at_once):
        rows = pixels[top : top + at_once]
        before = pixels[top - 1 : top - 1 + len(rows)]
        down, across = np.divmod(np.flatnonzero(rows != before), width)
        starts.append(across * height + top + down)
    in_order = np.sort(np.concatenate(starts))
    across, down = np.divmod(in_order, height)
    return in_order, pixels[down, across]


def _region(starts: Places, ends: Places, size: tuple[int, int]) -> RegionRuns:
    width, height = size
    first_columns, tops = np.divmod(starts, height)
    last_columns, bottoms = np.divmod(ends - 1, height)
    top, bottom = int(tops.min()), int(bottoms.max()) + 1
    if (first_columns != last_columns).any():  # over the foot of one
        top, bottom = 0, height
    box = int(first_columns[0]), top, int(last_columns[-1]) + 1, bottom
    borders = np.stack((starts, ends), axis=1).ravel()
    return RegionRuns(border_counts(borders, width * height), box)
