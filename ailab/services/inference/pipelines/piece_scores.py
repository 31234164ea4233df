"""How much each class claims each pixel of a picture that was seen in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.query_classes import QueryClasses

if TYPE_CHECKING:
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Floats

_BLOCK_VALUES = 2_000_000


class PieceScores:
    """Class maps of the whole resized picture, of which some rows at a time are reckoned.

    Queries claim pixels for their classes; where pieces overlap, their scores are averaged. All
    of it at once takes hundreds of megabytes, more the longer a picture is. As the rows are
    asked for from the top, and not alone, a block of them is kept.

    Args:
        outputs: of the network for each piece, in their order.
        starts: where each piece begins along the picture's longer side.
        side: of a piece.
        place: the picture in the resized one.

    Attributes:
        shape: classes, height and width.

    Raises:
        ModelFileError: other outputs.
    """

    def __init__(
        self, outputs: Sequence[Tensors], starts: Sequence[int], side: int, place: Placement
    ) -> None:
        self._side = side
        self._starts = starts
        self._is_upright = place.input_height > place.input_width
        self._pieces = [QueryClasses(each, (side, side)) for each in outputs]
        self.shape = (self._pieces[0].shape[0], place.input_height, place.input_width)
        self._first = 0
        self._block: Floats = np.empty((self.shape[0], 0, self.shape[2]), np.float32)

    def __getitem__(self, key: tuple[slice, slice]) -> Floats:
        """Classes and rows, shape (classes, rows, width)."""
        classes, rows = key
        first, stop, _ = rows.indices(self.shape[1])
        if first < self._first or stop > self._first + self._block.shape[1]:
            self._turn_to(first, stop)
        return self._block[classes, first - self._first : stop - self._first]

    def _turn_to(self, first: int, stop: int) -> None:
        """Keep a block of rows from the first one on; what is there already is taken over."""
        count, height, width = self.shape
        stop = min(max(stop, first + _BLOCK_VALUES // (count * width)), height)
        at = first - self._first
        kept = self._block[:, at:] if at >= 0 else self._block[:, :0]
        there = kept.shape[1]
        self._block = np.concatenate([kept, self._reckoned(slice(first + there, stop))], axis=1)
        self._first = first

    def _reckoned(self, rows: slice) -> Floats:
        count, _, width = self.shape
        height = rows.stop - rows.start
        total = np.zeros((count, height, width), np.float32)
        pieces = np.zeros((height, width), np.float32)
        for start, piece in zip(self._starts, self._pieces, strict=True):
            top, left = (start, 0) if self._is_upright else (0, start)
            first, stop = max(rows.start, top), min(rows.stop, top + self._side)
            if first >= stop:
                continue
            claimed = piece[:, first - top : stop - top]
            part = (
                slice(first - rows.start, stop - rows.start),
                slice(left, min(left + self._side, width)),
            )
            total[:, *part] += claimed[..., : part[1].stop - left]
            pieces[part] += 1
        total /= np.maximum(pieces, 1)
        return total
