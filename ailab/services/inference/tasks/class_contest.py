"""Which of several classes wins each pixel between four cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats
    from ailab.services.inference.tasks.pixel_blocks import PixelBlocks
    from ailab.services.inference.tasks.possible_winners import PossibleWinners
    from ailab.services.inference.tasks.strip_cells import StripCells

    Bytes = npt.NDArray[np.uint8]
    Integers = npt.NDArray[np.intp]
    Numbers = npt.NDArray[np.unsignedinteger[Any]]

_PIXELS_AT_ONCE = 40_000
"""What is reckoned of so many stays in the processor's cache."""


class ClassContest:
    """Decides blocks of pixels in which more than one class can win.

    Args:
        winners: the classes that can.
        tall: the picture's rows, in blocks.
        wide: its columns.
        width: cells in a row of the network's maps.
    """

    def __init__(
        self, winners: PossibleWinners, tall: PixelBlocks, wide: PixelBlocks, width: int
    ) -> None:
        self._winners = winners
        self._tall = tall
        self._wide = wide
        self._width = width

    def settle(self, rows: slice, cells: StripCells, classes: Numbers, confidence: Bytes) -> None:
        """Decide some rows of blocks.

        Args:
            rows: which.
            cells: around them.
            classes: take the winners where several can win, shape (rows of pixels, width).
            confidence: takes how sure the network is of them, 0 to 255, of the same shape.
        """
        counts = self._winners.counts.take(
            self._tall.low[rows, None] * self._width + self._wide.low
        )
        row, column = np.nonzero(counts > 1)
        count = counts[row, column]
        # Blocks with most classes to try come first, and the others are soon done with.
        order = np.argsort((-count).astype(np.uint16), kind="stable")
        at_once = max(1, _PIXELS_AT_ONCE // (len(self._tall.places) * len(self._wide.places)))
        top = self._tall.starts[rows.start]
        for first in range(0, len(order), at_once):
            some = order[first : first + at_once]
            down, across = row[some] + rows.start, column[some]
            kind, level = self._decided(down, across, count[some], cells, classes.dtype)
            lines = (self._tall.places.take(down, axis=1) - top) * classes.shape[1]
            place = lines[:, None] + self._wide.places.take(across, axis=1)
            classes.reshape(-1)[place] = kind
            confidence.reshape(-1)[place] = level

    def _decided(
        self, row: Integers, column: Integers, count: Integers, cells: StripCells, kind_of: Any
    ) -> tuple[Numbers, Bytes]:
        """Winners, and how sure the network is of them, of shape (rows, columns, blocks).

        Args:
            row: of each block.
            column: of each.
            count: how many classes can win in each, descending.
            cells: around them.
            kind_of: the type of the winners' numbers.
        """
        # Of each block the first class, then of those that have one the second, …
        tried = np.cumsum(np.bincount(count)[:0:-1])[::-1]
        block = np.concatenate([np.arange(number) for number in tried])
        turn = np.repeat(np.arange(len(tried)), tried)
        cell = self._tall.low[row] * self._width + self._wide.low[column]
        kinds = self._winners.classes.take(self._winners.starts[cell].take(block) + turn)
        above, below = self._beside(row, column, block, kinds, cells)
        below -= above
        kinds = kinds.astype(kind_of)
        down = self._tall.weights.take(row, axis=1)
        best, sure = _between(above, below, down, slice(0, len(row)))
        level = sure.astype(np.uint8)
        kind = np.empty(best.shape, kind_of)
        kind[...] = kinds[: len(row)]
        for number, end in zip(tried[1:].tolist(), np.cumsum(tried)[1:].tolist(), strict=True):
            part = slice(end - number, end)
            value, sure = _between(above, below, down, part)
            so_far = best[..., :number]
            wins = (value > so_far).view(np.uint8)
            np.maximum(so_far, value, out=so_far)
            _put(kinds[part], kind[..., :number], wins)
            _put(sure.astype(np.uint8), level[..., :number], wins)
        return kind, level

    def _beside(
        self,
        row: Integers,
        column: Integers,
        block: Integers,
        kinds: npt.NDArray[np.uint16],
        cells: StripCells,
    ) -> tuple[Floats, Floats]:
        """Values and levels in the rows of cells above and below, between their columns.

        Args:
            row: of each block.
            column: of each.
            block: of each pair of block and class.
            kinds: the class of each.
            cells: around the blocks.

        Returns:
            Shape (2, 1, columns, pairs), of both.
        """
        left, right = self._wide.low[column], self._wide.high[column]
        upper, lower = (
            (line[row] - cells.top) * self._width for line in (self._tall.low, self._tall.high)
        )
        corners = np.stack([upper + left, upper + right, lower + left, lower + right])
        corners = corners.take(block, axis=1)
        values = cells.values.take(kinds * np.intp(cells.size) + corners)
        both = np.stack([values, cells.levels(values, corners)])[:, :, None, None]
        across = self._wide.weights.take(column.take(block), axis=1)
        above = (both[:, 1] - both[:, 0]) * across
        above += both[:, 0]
        below = (both[:, 3] - both[:, 2]) * across
        below += both[:, 2]
        return above, below


def _between(above: Floats, steps: Floats, down: Floats, part: slice) -> Floats:
    """Values and levels of some pairs, shape (2, rows, columns, pairs)."""
    between: Floats = steps[..., part] * down[:, None, : part.stop - part.start]
    between += above[..., part]
    return between


def _put(values: Numbers, into: Numbers, wins: Bytes) -> None:
    """Put values where something wins, which is told by 1, else 0.

    In numbers that wrap around, and so many times as fast as `numpy.copyto(…, where=…)`, which
    looks at one pixel after the other.
    """
    change = values - into
    change *= wins
    into += change
