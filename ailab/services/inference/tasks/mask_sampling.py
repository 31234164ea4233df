"""Mask logits of SAM's decoder, enlarged to the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Floats

_STRIP_VALUES = 2_000_000


@lru_cache(maxsize=2)  # each click in the same picture wants it again
def mask_sampling(
    placement: Placement, cells: tuple[int, int], *, is_direct: bool = False
) -> MaskSampling:
    """The `MaskSampling` of these."""
    return MaskSampling(placement, cells, is_direct=is_direct)


class MaskSampling:
    """Enlarges logits as `post_process_masks` of transformers' SAM and SAM 2 processors do.

    SAM's are interpolated to the network's input, the padding is cut off, and the rest is
    interpolated to the picture, bilinearly both times; SAM 2's go to the picture at once. Each of
    these steps is linear and treats rows and columns apart, so that all of them together are one
    matrix for the rows and one for the columns. No more of the picture is reckoned than what a
    mask can reach.

    Args:
        placement: where the picture lies in the network's input, at its top left.
        cells: height and width of the logits.
        is_direct: True for SAM 2's way, of pictures that fill the input.

    Attributes:
        height: of the maps that cover the picture, in pixels: its own, or less for one of more
            than 50 megapixels.
        width: of them.
    """

    def __init__(
        self, placement: Placement, cells: tuple[int, int], *, is_direct: bool = False
    ) -> None:
        scale = min(1.0, math.sqrt(MAX_MAP_PIXELS / (placement.width * placement.height)))
        self.height = max(1, int(placement.height * scale))
        self.width = max(1, int(placement.width * scale))
        if is_direct:
            self._down = _Enlarging(_interpolated(np.eye(cells[0]), self.height))
            self._across = _Enlarging(_interpolated(np.eye(cells[1]), self.width))
            return
        shown = round(placement.height * placement.scale_y)
        padded = _interpolated(np.eye(cells[0]), placement.input_height)
        self._down = _Enlarging(_interpolated(padded[:shown], self.height))
        shown = round(placement.width * placement.scale_x)
        padded = _interpolated(np.eye(cells[1]), placement.input_width)
        self._across = _Enlarging(_interpolated(padded[:shown], self.width))

    def strips(self, logits: Floats, least: float) -> Iterator[tuple[int, int, Floats]]:
        """Enlarge what may exceed a value, strip by strip; elsewhere nothing does.

        Args:
            logits: shape (h, w).
            least: the value.

        Yields:
            The top row and the left column of a strip, and its values.
        """
        cells = logits > least
        rows = self._down.reach(np.any(cells, axis=1))
        columns = self._across.reach(np.any(cells, axis=0))
        if rows is None or columns is None:
            return
        of_rows, of_columns = self._down.cells_of(rows), self._across.cells_of(columns)
        across = np.ascontiguousarray(self._across.weights[columns, of_columns].T)
        part = logits[of_rows, of_columns]
        step = max(1, _STRIP_VALUES // (columns.stop - columns.start))
        for top in range(rows.start, rows.stop, step):
            strip = slice(top, min(top + step, rows.stop))
            values = ((self._down.weights[strip, of_rows] @ part) @ across).astype(
                np.float32, copy=False
            )
            yield top, columns.start, values

    def mask(self, logits: Floats) -> tuple[int, int, list[npt.NDArray[np.bool_]]] | None:
        """Where a mask's logits are above 0, cut to its bounding box.

        Returns:
            The left column, the top row, and strips of the mask from the top, each of shape
            (rows, width); None for an empty mask.
        """
        parts = [(top, left, values > 0) for top, left, values in self.strips(logits, 0.0)]
        filled = [index for index, (*_, part) in enumerate(parts) if part.any()]
        if not filled:
            return None
        top, left, _ = parts[filled[0]]
        # Those in between stay, though a mask of several pieces may leave them empty.
        inside = [part for *_, part in parts[filled[0] : filled[-1] + 1]]
        columns = np.flatnonzero(np.any([part.any(axis=0) for part in inside], axis=0))
        start, end = int(columns[0]), int(columns[-1]) + 1
        first = int(inside[0].any(axis=1).argmax())
        last = int(np.flatnonzero(inside[-1].any(axis=1))[-1]) + 1
        inside[-1] = inside[-1][:last]
        inside[0] = inside[0][first:]
        return left + start, top + first, [part[:, start:end] for part in inside]

    def stability(self, logits: Floats, offset: float) -> tuple[float, npt.NDArray[np.intp]]:
        """How little a mask depends on its threshold, and its box.

        As `_compute_stability_score` and `_batched_mask_to_box` of transformers' SAM processor.

        Args:
            logits: shape (h, w).
            offset: how far the threshold is moved both ways.

        Returns:
            Pixels above the higher threshold for one above the lower, 0 to 1; and the first and
            last column and row of the mask itself, as x0, y0, x1, y1, all 0 for an empty one.
        """
        inner = outer = 0
        corners: list[tuple[int, int, int, int]] = []
        for top, left, values in self.strips(logits, -offset):
            inner += int(np.count_nonzero(values > offset))
            outer += int(np.count_nonzero(values > -offset))
            inside = values > 0
            rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
            if rows.size:
                x0, x1 = left + int(columns[0]), left + int(columns[-1])
                corners.append((x0, top + int(rows[0]), x1, top + int(rows[-1])))
        if not corners:
            return 0.0, np.zeros(4, np.intp)
        table = np.array(corners)
        box = np.concatenate([table[:, :2].min(axis=0), table[:, 2:].max(axis=0)])
        return inner / outer, box


class _Enlarging:
    """The way of one axis, as a matrix of shape (pixels, cells)."""

    def __init__(self, weights: npt.NDArray[Any]) -> None:
        pixels, cells = weights.shape
        self.weights: Floats = weights.astype(np.float32)
        reached = self.weights > 0
        self._last_cell = cells - 1 - reached[:, ::-1].argmax(axis=1)
        self._first_cell = reached.argmax(axis=1)
        self._is_shown = reached.any(axis=0)
        self._first = reached.argmax(axis=0)
        self._last = pixels - 1 - reached[::-1].argmax(axis=0)

    def reach(self, chosen: npt.NDArray[np.bool_]) -> slice | None:
        """The pixels that some cells have a part in; None for none."""
        cells = np.flatnonzero(chosen & self._is_shown)
        return (
            slice(int(self._first[cells[0]]), int(self._last[cells[-1]]) + 1)
            if cells.size
            else None
        )

    def cells_of(self, pixels: slice) -> slice:
        """The cells that have a part in some pixels."""
        return slice(int(self._first_cell[pixels.start]), int(self._last_cell[pixels.stop - 1]) + 1)


def _interpolated(rows: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """Rows resampled as PyTorch's `interpolate(mode="bilinear", align_corners=False)` does."""
    count = len(rows)
    place = np.clip((np.arange(length) + 0.5) * (count / length) - 0.5, 0, count - 1)
    low = place.astype(np.intp)
    weight = (place - low)[:, None]
    mixed: npt.NDArray[Any] = rows[low] * (1 - weight)
    mixed += rows[np.minimum(low + 1, count - 1)] * weight
    return mixed
