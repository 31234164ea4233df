"""The best class of each pixel of a picture, from the coarse maps of a network.

The logits of all classes are interpolated to the picture, and the largest wins: so do
transformers' processors. Here a class that is the best of four neighbouring cells is given to all
pixels between them, and elsewhere only those classes are interpolated that can win there at all
(see `PossibleWinners`), which gives the same for a fraction of the work and without the gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.class_contest import ClassContest
from ailab.services.inference.tasks.map_sampling import Axis, MapSampling
from ailab.services.inference.tasks.pixel_blocks import PixelBlocks
from ailab.services.inference.tasks.possible_winners import ClassMaps, PossibleWinners
from ailab.services.inference.tasks.strip_cells import StripCells

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]
    Numbers = npt.NDArray[np.unsignedinteger[Any]]

_STRIP_PIXELS = 350000
_STRIP_VALUES = 2_500_000
_ROWS_AT_ONCE = 64
_NUMBERS_OF_A_BYTE = 256


@dataclass(frozen=True, slots=True)
class BestClasses:
    """What is known of some of the picture's rows.

    Attributes:
        rows: which.
        classes: of each pixel, shape (rows, width), from 0; bytes where these are enough.
        confidence: the class's probability, interpolated between the network's cells; 0 to 255.
        is_seen: False where the network did not see the pixel.
    """

    rows: slice
    classes: Numbers
    confidence: npt.NDArray[np.uint8]
    is_seen: npt.NDArray[np.bool_]


def best_classes(
    maps: ClassMaps,
    winners: PossibleWinners,
    sampling: MapSampling,
) -> Iterator[BestClasses]:
    """The best class of each pixel, strip by strip, so that memory stays bounded.

    Args:
        maps: shape (classes, h, w).
        winners: the classes that can win in them.
        sampling: where the picture's pixels lie.
    """
    count, height, width = maps.shape
    down, across = sampling.axes(height, width)
    tall, wide = PixelBlocks(down), PixelBlocks(across)
    contest = ClassContest(winners, tall, wide, width)
    number: type[np.unsignedinteger[Any]] = np.uint8 if count <= _NUMBERS_OF_A_BYTE else np.uint16
    pixels = sampling.width * len(tall.places)
    at_once = max(1, min(_STRIP_PIXELS // pixels, _STRIP_VALUES // (count * width)))
    for first in range(0, len(tall.low), at_once):
        blocks = slice(first, min(first + at_once, len(tall.low)))
        rows = slice(int(tall.starts[blocks.start]), int(tall.starts[blocks.stop]))
        top, bottom = int(tall.low[blocks][0]), int(tall.high[blocks][-1]) + 1
        cells = StripCells(maps[:, top:bottom], winners, top)
        nearest = cells.best.astype(number).take(across.low, axis=1)
        classes = nearest.take(down.low[rows] - top, axis=0)
        confidence = _enlarged(cells.best_levels, down, across, rows, top)
        contest.settle(blocks, cells, classes, confidence)
        is_seen = down.is_inside[rows, None] & across.is_inside[None, :]
        yield BestClasses(rows, classes, confidence, is_seen)


def _enlarged(
    levels: Floats, down: Axis, across: Axis, rows: slice, top: int
) -> npt.NDArray[np.uint8]:
    """Levels of cells, from the row `top` on, interpolated and rounded, for some rows of pixels."""
    wide = levels.take(across.low, axis=1)
    steps = levels.take(across.high, axis=1)
    steps -= wide
    steps *= across.weight
    wide += steps
    enlarged = np.empty((rows.stop - rows.start, len(across.low)), np.uint8)
    for first in range(rows.start, rows.stop, _ROWS_AT_ONCE):
        some = slice(first, min(first + _ROWS_AT_ONCE, rows.stop))
        above = wide.take(down.low[some] - top, axis=0)
        below = wide.take(down.high[some] - top, axis=0)
        below -= above
        below *= down.weight[some, None]
        part = enlarged[first - rows.start : some.stop - rows.start]
        np.add(above, below, out=part, casting="unsafe")
    return enlarged
