"""How much each class claims each pixel of a picture that was seen in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import sigmoid, softmax, unexpected
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.kept_queries import query_outputs

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
        pieces = [_queries(each, side) for each in outputs]
        self._classes, self._masks = zip(*pieces, strict=True)
        self.shape = (len(self._classes[0]), place.input_height, place.input_width)
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
        for start, of_queries, masks in zip(self._starts, self._classes, self._masks, strict=True):
            top, left = (start, 0) if self._is_upright else (0, start)
            first, stop = max(rows.start, top), min(rows.stop, top + self._side)
            if first >= stop:
                continue
            shown = masks[first - top : stop - top]
            claimed = (of_queries @ shown.reshape(-1, shown.shape[2]).T).reshape(
                count, *shown.shape[:2]
            )
            part = (
                slice(first - rows.start, stop - rows.start),
                slice(left, min(left + self._side, width)),
            )
            total[:, *part] += claimed[..., : part[1].stop - left]
            pieces[part] += 1
        total /= np.maximum(pieces, 1)
        return total


def _queries(outputs: Tensors, side: int) -> tuple[Floats, EnlargedMaps]:
    """What each query says of each class, shape (classes, queries), and its mask."""
    logits, masks = query_outputs(outputs)
    if logits.shape[1] < 2:
        raise unexpected(outputs, "scores of one class and of none at least")
    lying = np.ascontiguousarray(np.moveaxis(masks, 0, -1))
    return softmax(logits)[:, :-1].T, EnlargedMaps(lying, (side, side), sigmoid)
