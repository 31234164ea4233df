"""The best class of each pixel of a picture, from the coarse maps of a network.

The logits of all classes are interpolated to the picture, and the largest wins: so do
transformers' processors. Here only those classes are interpolated that can win at all (see
`PossibleWinners`), which gives the same for a fiftieth of the work and without the gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.map_sampling import Axis, MapSampling
from ailab.services.inference.tasks.possible_winners import ClassMaps, PossibleWinners

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]

_STRIP_PIXELS = 250_000
_STRIP_VALUES = 2_000_000


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
        steps = np.minimum(np.arange(self.longest)[:, None], counts - 1)
        self.weights = axis.weight[starts + steps]
        self.block_of = np.repeat(np.arange(len(starts)), counts)
        self.step_of = np.arange(len(axis.low)) - starts[self.block_of]


def best_classes(
    maps: ClassMaps,
    winners: PossibleWinners,
    sampling: MapSampling,
    *,
    are_logits: bool,
) -> Iterator[BestClasses]:
    """The best class of each pixel, strip by strip, so that memory stays bounded.

    Args:
        maps: shape (classes, h, w).
        winners: the classes that can win in them.
        sampling: where the picture's pixels lie.
        are_logits: whether softmax makes probabilities of the maps; else they are some.
    """
    down, across = sampling.axes(*maps.shape[1:])
    tall, wide = _Blocks(down), _Blocks(across)
    pixels = len(wide.low) * wide.longest * tall.longest
    values = maps.shape[0] * maps.shape[2]
    at_once = max(1, min(_STRIP_PIXELS // pixels, _STRIP_VALUES // values))
    for first in range(0, len(tall.low), at_once):
        part = slice(first, min(first + at_once, len(tall.low)))
        top = tall.starts[first]
        bottom = tall.starts[part.stop] if part.stop < len(tall.starts) else sampling.height
        kind, sure, place = _strip(maps, winners, tall, wide, part, are_logits=are_logits)
        # Where each pixel lies: in which row and column of which block.
        down_there = tall.step_of[top:bottom, None] * wide.longest + wide.step_of
        block = (tall.block_of[top:bottom, None] - first) * len(wide.low) + wide.block_of
        pixel = down_there * len(place) + place[block]
        yield BestClasses(
            slice(top, bottom),
            kind.reshape(-1).take(pixel),
            sure.reshape(-1).take(pixel),
            down.is_inside[top:bottom, None] & across.is_inside[None, :],
        )


def _strip(
    maps: ClassMaps,
    winners: PossibleWinners,
    tall: _Blocks,
    wide: _Blocks,
    part: slice,
    *,
    are_logits: bool,
) -> tuple[npt.NDArray[np.uint16], Floats, Integers]:
    """Classes and probabilities of whole blocks, each of the longest sides.

    Both have the shape (rows, columns, blocks), since NumPy is fast along long axes, and a block
    has but few pixels. With them, where each block stands along the last axis.
    """
    low, high = tall.low[part], tall.high[part]
    cells = maps[:, low[0] : high[-1] + 1]
    totals = _totals(cells).reshape(-1) if are_logits else None
    values = np.ascontiguousarray(cells).reshape(-1)
    of_class, of_row = cells[0].size, cells.shape[2]
    cell = (low[:, None] * of_row + wide.low).reshape(-1)
    counts, starts = winners.counts[cell], winners.starts[cell]
    order = np.argsort(-counts, kind="stable")  # where a class is left to try, comes first
    kind = np.empty((tall.longest, wide.longest, len(order)), np.uint16)
    sure = best = np.empty(0, np.float32)
    for turn in range(int(counts.max())):  # the first of each block, the second, …
        at = order[: np.count_nonzero(counts > turn)]
        of = winners.classes[starts[at] + turn].astype(np.intp)
        row, column = np.divmod(at, len(wide.low))
        places = [
            (line - low[0]) * of_row + side
            for line in (low[row], high[row])
            for side in (wide.low[column], wide.high[column])
        ]
        corners = [values.take(of * of_class + place) for place in places]
        weights = (wide.weights[:, column], tall.weights[:, part][:, row])
        shares = corners
        if totals is not None:
            shares = [
                np.exp(corner - totals.take(place))
                for corner, place in zip(corners, places, strict=True)
            ]
        chance = _between(shares, weights)
        if turn == 0:  # each block has one; its value counts where another class can win too
            rivals = slice(np.count_nonzero(counts > 1))
            best = _between(
                [corner[rivals] for corner in corners], [weight[:, rivals] for weight in weights]
            )
            sure = chance
            kind[...] = of
            continue
        value = _between(corners, weights)
        wins = value > (so_far := best[..., : len(at)])
        np.maximum(so_far, value, out=so_far)
        np.copyto(sure[..., : len(at)], chance, where=wins)
        np.copyto(kind[..., : len(at)], of.astype(np.uint16), where=wins)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return kind, sure, place


def _totals(cells: Floats) -> Floats:
    """What is to be taken from logits so that their exponentials are probabilities."""
    most = cells.max(axis=0)
    shares = cells - most
    np.exp(shares, out=shares)
    totals: Floats = most + np.log(shares.sum(axis=0))
    return totals


def _between(corners: Sequence[Floats], weights: Sequence[Floats]) -> Floats:
    """Values of shape (rows, columns, blocks), interpolated between the corners of each.

    Args:
        corners: above left, above right, below left, below right; shape (blocks,).
        weights: of the right, shape (columns, blocks), and of below, shape (rows, blocks).
    """
    a, b, c, d = corners
    across, down = weights
    above = a + (b - a) * across
    below = c + (d - c) * across
    below -= above
    values: Floats = below * down[:, None]
    values += above
    return values
