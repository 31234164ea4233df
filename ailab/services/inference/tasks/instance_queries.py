"""`image-segmentation`, instances, from masks: MaskFormer and Mask2Former."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.masks import MOST_MASKS, Mask, Masks
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.tasks.decoding import sigmoid
from ailab.services.inference.tasks.detected_boxes import MIN_SCORE
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.kept_queries import query_scores
from ailab.services.inference.tasks.regions import map_size

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Decoding, Outputs

_STRIP_PIXELS = 2_000_000
_LEAST_AREA = 1e-6
"""What transformers adds to a mask's cells, so that it never divides by nothing."""


def decode_instance_queries(outputs: Outputs, decoding: Decoding) -> Masks:
    """Queries, each with a score for each class and a mask, to things whose masks may overlap.

    As `post_process_instance_segmentation` of transformers' MaskFormer and Mask2Former processors
    with `return_binary_maps`: of all pairs of query and class the best are taken, as many as
    there are queries; a mask is where its logit is above 0, and goes to the picture by its nearest
    cell; a thing's score is its class's times the mean probability of its mask. Those from 5 % on
    are kept, so that a threshold runs nothing again.

    Args:
        outputs: `class_queries_logits` of shape (1, queries, classes + 1) and
            `masks_queries_logits` of shape (1, queries, h, w).
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    probabilities, masks = query_scores(outputs, decoding)
    scores = probabilities[:, :-1]
    best = np.argsort(-scores.reshape(-1), kind="stable")[: len(scores)]
    pairs = [divmod(int(pair), scores.shape[1]) for pair in best]
    side = decoding.settings.mask_size
    size = masks.shape[1:] if side is None else (side, side)
    height, width = map_size(decoding.placement)
    sampling = _NearestCells(decoding.placement, (height, width), (size[0], size[1]))
    found: list[Mask] = []
    for query, kind in pairs:
        if (score := float(scores[query, kind])) < MIN_SCORE:
            break  # a mask makes it less
        values = EnlargedMaps(masks[query][..., None], (size[0], size[1]))[:][..., 0]
        inside = values > 0
        sure = float(sigmoid(values[inside]).sum()) / (np.count_nonzero(inside) + _LEAST_AREA)
        if (score := float(score * sure)) < MIN_SCORE:
            continue
        mask = sampling.mask(inside, score, decoding.label(kind))
        if mask is not None:
            found.append(mask)
    found.sort(key=lambda mask: -mask.score)
    return Masks(width, height, tuple(found[:MOST_MASKS]))


@dataclass(frozen=True, slots=True)
class _Line:
    """The cell of each pixel along an axis, and which of them the network saw."""

    cells: npt.NDArray[np.intp]
    is_seen: npt.NDArray[np.bool_]


class _NearestCells:
    """Brings masks to the picture as `interpolate(mode="nearest")` of PyTorch does.

    That takes the cell in which a pixel's upper left corner lies, reckoned in float32.
    """

    def __init__(self, place: Placement, size: tuple[int, int], cells: tuple[int, int]) -> None:
        self._size = size
        down = place.height / size[0] * place.scale_y, place.offset_y, place.input_height
        across = place.width / size[1] * place.scale_x, place.offset_x, place.input_width
        self._down = _line(size[0], cells[0], *down)
        self._across = _line(size[1], cells[1], *across)
        # Of a picture smaller than the masks, some cells are that of no pixel.
        self._is_used = np.outer(_used(self._down, cells[0]), _used(self._across, cells[1]))

    def mask(self, inside: npt.NDArray[np.bool_], score: float, label: str) -> Mask | None:
        """A mask of cells in the picture; None where it has no pixel there."""
        inside = inside & self._is_used
        rows = _reach(np.any(inside, axis=1), self._down)
        columns = _reach(np.any(inside, axis=0), self._across)
        if rows is None or columns is None:
            return None
        parts, area = [], 0
        for part in self._strips(inside, rows, columns):
            area += int(np.count_nonzero(part))
            parts.append(part)
        if not area:
            return None
        width, height = columns.stop - columns.start, rows.stop - rows.start
        packed = PixelMap.pack_strips(
            width, height, ((part.view(np.uint8) * np.uint8(255)).tobytes() for part in parts)
        )
        share = area / (self._size[0] * self._size[1])
        return Mask(min(score, 1.0), share, columns.start, rows.start, packed, label)

    def _strips(
        self, inside: npt.NDArray[np.bool_], rows: slice, columns: slice
    ) -> Iterator[npt.NDArray[np.bool_]]:
        step = max(1, _STRIP_PIXELS // (columns.stop - columns.start))
        wide = inside[:, self._across.cells[columns]] & self._across.is_seen[columns]
        for top in range(rows.start, rows.stop, step):
            some = slice(top, min(top + step, rows.stop))
            yield wide[self._down.cells[some]] & self._down.is_seen[some, None]


def _line(pixels: int, cells: int, scale: float, offset: float, network: int) -> _Line:
    """Where pixels lie among cells; `scale` and `offset` lead to the network's input."""
    per_pixel = np.float32(scale * cells / network)
    start = np.float32(offset * cells / network)
    corner = np.arange(pixels, dtype=np.float32) * per_pixel + start
    middle = (np.arange(pixels) + 0.5) * scale + offset
    cell = np.clip(np.floor(corner), 0, cells - 1).astype(np.intp)
    return _Line(cell, (middle >= 0) & (middle <= network))


def _used(line: _Line, cells: int) -> npt.NDArray[np.bool_]:
    """Which cells along an axis are that of a pixel which the network saw."""
    used = np.zeros(cells, bool)
    used[line.cells[line.is_seen]] = True
    return used


def _reach(is_filled: npt.NDArray[np.bool_], line: _Line) -> slice | None:
    """From the first to the last pixel whose cell is filled; None for none."""
    pixels = np.flatnonzero(is_filled[line.cells] & line.is_seen)
    return slice(int(pixels[0]), int(pixels[-1]) + 1) if pixels.size else None
