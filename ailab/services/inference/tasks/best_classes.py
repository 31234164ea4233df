"""The best class of each pixel of a picture, from the coarse maps of a network.

The logits of all classes are interpolated to the picture, and the largest wins: so do
transformers' processors. But between four neighbouring cells of the maps only few classes can
win: those whose largest of the four values reaches what some other class has at least, the
smallest of its four. Only these are interpolated, which gives the same classes for a fiftieth of
the work and without the gigabytes: the bilinear value lies between the smallest and the largest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.map_sampling import Axis, MapSampling

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]

_STRIP_PIXELS = 1_000_000
_STRIP_VALUES = 2_000_000
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class BestClasses:
    """What is known of some of the picture's rows.

    Attributes:
        rows: which.
        classes: of each pixel, shape (rows, width), from 0.
        confidence: the class's probability, interpolated between the network's cells; 0 to 1.
        is_seen: False where the network did not see the pixel.
    """

    rows: slice
    classes: npt.NDArray[np.uint16]
    confidence: Floats
    is_seen: npt.NDArray[np.bool_]


class _Blocks:
    """A side of the picture, cut into blocks of pixels that lie between the same two cells."""

    def __init__(self, axis: Axis) -> None:
        starts = np.flatnonzero(np.diff(axis.low, prepend=-1))
        counts = np.diff(starts, append=len(axis.low))
        self.starts = starts
        self.low, self.high = axis.low[starts], axis.high[starts]
        self.longest = int(counts.max())
        # Every block gets as many pixels as the longest; what is too much repeats its last.
        steps = np.minimum(np.arange(self.longest), counts[:, None] - 1)
        self.weights = axis.weight[starts[:, None] + steps]
        block = np.repeat(np.arange(len(starts)), counts)
        self.place_of = block * self.longest + np.arange(len(axis.low)) - starts[block]


def possible_winners(maps: Floats) -> npt.NDArray[np.bool_]:
    """Which classes can win between a cell and its neighbours to the right and below.

    Args:
        maps: shape (classes, h, w).

    Returns:
        Of the same shape. What lies beyond the last cells is as they are.
    """
    possible = np.empty(maps.shape, np.bool_)
    height = maps.shape[1]
    at_once = max(1, _STRIP_VALUES // (maps.shape[0] * maps.shape[2]))
    for top in range(0, height, at_once):
        bottom = min(top + at_once, height)
        cells = maps[:, top : bottom + 1]  # with the next row, where there is one
        least = _of_neighbours(np.minimum, cells)[:, : bottom - top].max(axis=0)
        # Interpolation rounds.
        least -= _ROUNDING * np.maximum(1, np.abs(least))
        most = _of_neighbours(np.maximum, cells)[:, : bottom - top]
        np.greater_equal(most, least, out=possible[:, top:bottom])
    return possible


def best_classes(
    maps: Floats,
    possible: npt.NDArray[np.bool_],
    sampling: MapSampling,
    *,
    are_logits: bool,
) -> Iterator[BestClasses]:
    """The best class of each pixel, strip by strip, so that memory stays bounded.

    Args:
        maps: shape (classes, h, w).
        possible: the classes that can win, from `possible_winners`.
        sampling: where the picture's pixels lie.
        are_logits: whether softmax makes probabilities of the maps; else they are some.
    """
    down, across = sampling.axes(*maps.shape[1:])
    tall, wide = _Blocks(down), _Blocks(across)
    pixels = len(wide.low) * wide.longest * tall.longest
    values = len(maps) * maps.shape[2]
    at_once = max(1, min(_STRIP_PIXELS // pixels, _STRIP_VALUES // values))
    for first in range(0, len(tall.low), at_once):
        part = slice(first, min(first + at_once, len(tall.low)))
        top = tall.starts[first]
        bottom = tall.starts[part.stop] if part.stop < len(tall.starts) else sampling.height
        kind, sure = _strip(maps, possible, tall, wide, part, are_logits=are_logits)
        place = tall.place_of[top:bottom] - first * tall.longest
        yield BestClasses(
            slice(top, bottom),
            kind[place][:, wide.place_of],
            sure[place][:, wide.place_of],
            down.is_inside[top:bottom, None] & across.is_inside[None, :],
        )


def _strip(
    maps: Floats,
    possible: npt.NDArray[np.bool_],
    tall: _Blocks,
    wide: _Blocks,
    part: slice,
    *,
    are_logits: bool,
) -> tuple[npt.NDArray[np.uint16], Floats]:
    """Classes and probabilities of whole blocks, each of the longest sides."""
    low, high = tall.low[part], tall.high[part]
    totals = _totals(maps[:, low[0] : high[-1] + 1]) if are_logits else None
    kinds, rows, columns = np.nonzero(possible[:, low][:, :, wide.low])
    block = rows * len(wide.low) + columns
    order = np.argsort(block, kind="stable")  # of one block, by ascending class
    counts = np.bincount(block)
    rank = np.arange(len(block)) - np.repeat(np.cumsum(counts) - counts, counts)
    order = order[np.argsort(rank, kind="stable")]  # the first of each block, the second, …
    kinds, rows, columns, block = kinds[order], rows[order], columns[order], block[order]
    ends = np.cumsum(np.bincount(rank))
    shape = (len(low) * len(wide.low), tall.longest, wide.longest)
    kind = np.empty(shape, np.uint16)
    sure = best = np.empty(0, np.float32)
    for turn, end in enumerate(ends):
        these = slice(ends[turn - 1] if turn else 0, end)
        at, of, row, column = block[these], kinds[these], rows[these], columns[these]
        places = [
            (line, side)
            for line in (low[row], high[row])
            for side in (wide.low[column], wide.high[column])
        ]
        corners = [maps[of, line, side] for line, side in places]
        weights = (wide.weights[column], tall.weights[part][row])
        value = _between(corners, weights)
        chance = value
        if totals is not None:
            shares = [
                np.exp(corner - totals[line - low[0], side])
                for corner, (line, side) in zip(corners, places, strict=True)
            ]
            chance = _between(shares, weights)
        if turn == 0:  # each block has one
            best, sure = value, chance.copy() if chance is value else chance
            kind[...] = of[:, None, None]
            continue
        wins = value > best[at]
        best[at] = np.where(wins, value, best[at])
        sure[at] = np.where(wins, chance, sure[at])
        kind[at] = np.where(wins, of[:, None, None].astype(np.uint16), kind[at])
    size = (len(low) * tall.longest, len(wide.low) * wide.longest)
    return _joined(kind, len(low), size), _joined(sure, len(low), size)


def _totals(cells: Floats) -> Floats:
    """What is to be taken from logits so that their exponentials are probabilities."""
    most = cells.max(axis=0)
    shares = cells - most
    np.exp(shares, out=shares)
    totals: Floats = most + np.log(shares.sum(axis=0))
    return totals


def _of_neighbours(choose: np.ufunc, cells: Floats) -> Floats:
    """The least or most of each cell and its neighbours to the right, below, and both."""
    chosen = cells.copy()
    choose(cells[:, :, :-1], cells[:, :, 1:], out=chosen[:, :, :-1])
    choose(chosen[:, :-1], chosen[:, 1:], out=chosen[:, :-1])
    return chosen


def _joined(blocks: npt.NDArray[Any], rows: int, size: tuple[int, int]) -> npt.NDArray[Any]:
    _, tall, wide = blocks.shape
    return blocks.reshape(rows, -1, tall, wide).transpose(0, 2, 1, 3).reshape(size)


def _between(corners: Sequence[Floats], weights: tuple[Floats, Floats]) -> Floats:
    """Values of shape (blocks, rows, columns), interpolated between the corners of each."""
    a, b, c, d = (corner[:, None] for corner in corners)
    across, down = weights
    above = a + (b - a) * across
    below = c + (d - c) * across
    below -= above
    values: Floats = below[:, None, :] * down[:, :, None]
    values += above[:, None, :]
    return values
