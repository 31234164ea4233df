"""A side of a picture in blocks of pixels that lie between the same two cells of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats
    from ailab.services.inference.tasks.map_sampling import Axis

    Integers = npt.NDArray[np.intp]


class PixelBlocks:
    """The blocks along one axis, each as long as the longest: what is too much repeats its last.

    Args:
        axis: where the pixels lie.

    Attributes:
        starts: the first pixel of each block, and behind them how many pixels there are.
        low: the cell before each block.
        high: the cell behind each.
        places: the pixels of each, shape (longest, blocks).
        weights: how far each of them is from the cell before to the one behind, of the same shape.
    """

    def __init__(self, axis: Axis) -> None:
        pixels = len(axis.low)
        starts = np.flatnonzero(np.diff(axis.low, prepend=-1))
        counts = np.diff(starts, append=pixels)
        if len(starts) > 2:
            # The outermost blocks also have what lies beyond the outermost cells' middles. They
            # are cut into several, lest all become as long as they are.
            length = int(counts[1:-1].max())
            first, last = (
                np.arange(starts[end], starts[end] + counts[end], length) for end in (0, -1)
            )
            starts = np.concatenate([first, starts[1:-1], last])
            counts = np.diff(starts, append=pixels)
        self.starts: Integers = np.append(starts, pixels)
        self.low, self.high = axis.low[starts], axis.high[starts]
        steps = np.arange(int(counts.max()))[:, None]
        self.places: Integers = starts + np.minimum(steps, counts - 1)
        self.weights: Floats = axis.weight[self.places]
