"""How heads that a network of YOLO leaves undecoded lie in its outputs, told by their shapes.

Exports for other machines' processors end before the arithmetic that makes boxes: Rockchip's
(airockchip/rknn_model_zoo), those of TensorRT's and ncnn's samples, darknet's converters. There is
a head for each grid, whose cells are 8, 16 or 32 pixels wide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ailab.services.inference.output_shape import Shape

Grid = tuple[int | None, int | None]
"""Rows and columns of cells; None where they are free."""

Axes = tuple[str, ...]
"""What an output's axes are, the batch left out: `a` anchors, `c` columns, `ac` both in one, `h`,
`w`."""

BINS = 16
"""How many places a distance of YOLO v8 is spread over."""

_ANCHORED: tuple[Axes, ...] = (
    ("ac", "h", "w"),
    ("h", "w", "ac"),
    ("a", "h", "w", "c"),
    ("h", "w", "a", "c"),
    ("a", "c", "h", "w"),
)
_BEFORE_CLASSES = 5
_MOST_HEADS = 4
# Distances as they are; of 16 bins (YOLO v8), or of 17 (YOLO v6, PP-YOLOE).
_BOX_CHANNELS = (4, 4 * BINS, 4 * (BINS + 1))


@dataclass(frozen=True, slots=True)
class AnchorHeads:
    """Heads of YOLO v3 to v5 and v7: a row for each anchor of each cell.

    Attributes:
        axes: of each output.
        columns: numbers of a row: box, objectness, classes.
        outputs: numbers of the outputs, the finest grid first.
        grids: of each of these.
    """

    axes: Axes
    columns: int
    outputs: tuple[int, ...]
    grids: tuple[Grid, ...]

    @property
    def classes(self) -> int:
        """How many classes a row tells apart."""
        return self.columns - _BEFORE_CLASSES


@dataclass(frozen=True, slots=True)
class DistanceHeads:
    """Heads of YOLO v6, v8 and later: four distances, and a score per class, of each cell.

    Attributes:
        is_last: channels stand last.
        bins: places that a distance is spread over; 1 where it is told as it is.
        classes: how many classes are scored.
        boxes: numbers of the outputs with distances, the finest grid first.
        scores: of those with scores; the same where each output has both, the distances first.
        grids: of each of these.
    """

    is_last: bool
    bins: int
    classes: int
    boxes: tuple[int, ...]
    scores: tuple[int, ...]
    grids: tuple[Grid, ...]


def anchor_heads(shapes: Sequence[Shape], per_cell: int) -> AnchorHeads | None:
    """What outputs of these shapes are, where they are heads with anchors; else None.

    Args:
        shapes: of all outputs, the batch left out.
        per_cell: how many anchors a cell has.
    """
    found = (_anchored(axes, shapes, per_cell) for axes in _ANCHORED)
    fitting = [each for each in found if each is not None]
    return fitting[0] if len(fitting) == 1 else None


def distance_heads(shapes: Sequence[Shape]) -> DistanceHeads | None:
    """What outputs of these shapes are, where they are heads with distances; else None.

    Args:
        shapes: of all outputs, the batch left out.
    """
    if not all(len(shape) == 3 for shape in shapes):
        return None
    found = (_distances(shapes, is_last=is_last) for is_last in (False, True))
    return next((each for each in found if each is not None), None)


def grid_heads(shapes: Sequence[Shape]) -> AnchorHeads | None:
    """Heads of one row a cell, channels first, as those of YOLOX; None for others."""
    return _anchored(("ac", "h", "w"), shapes, 1)


def _anchored(axes: Axes, shapes: Sequence[Shape], per_cell: int) -> AnchorHeads | None:
    grids: list[Grid] = []
    columns: set[int | None] = set()
    for shape in shapes:
        if len(shape) != len(axes):
            return None
        lengths = dict(zip(axes, shape, strict=True))
        both = lengths.get("ac")
        if both is not None:
            columns.add(both // per_cell if both % per_cell == 0 else None)
        else:
            columns.add(lengths.get("c") if lengths.get("a") == per_cell else None)
        grids.append((lengths["h"], lengths["w"]))
    row = next(iter(columns)) if len(columns) == 1 else None
    order = _by_fineness(grids)
    if row is None or row <= _BEFORE_CLASSES or order is None:
        return None
    return AnchorHeads(axes, row, order, tuple(grids[each] for each in order))


def _distances(shapes: Sequence[Shape], *, is_last: bool) -> DistanceHeads | None:
    channels = [shape[2] if is_last else shape[0] for shape in shapes]
    places: dict[Grid, list[int]] = {}
    for number, shape in enumerate(shapes):
        grid = shape[:2] if is_last else shape[1:]
        places.setdefault((grid[0], grid[1]), []).append(number)
    is_free = set(places) == {(None, None)}
    groups = _in_turn(channels) if is_free else list(places.values())
    grids: list[Grid] = [(None, None)] * len(groups) if is_free else list(places)
    kinds = {tuple(channels[number] for number in group) for group in groups}
    order = _by_fineness(grids)
    kind = _kind(next(iter(kinds))) if len(kinds) == 1 else None
    if order is None or kind is None:
        return None
    box, score, bins, classes = kind
    return DistanceHeads(
        is_last,
        bins,
        classes,
        tuple(groups[each][box] for each in order),
        tuple(groups[each][score] for each in order),
        tuple(grids[each] for each in order),
    )


def _in_turn(channels: Sequence[int | None]) -> list[list[int]]:
    """Which outputs of free sizes belong together: those that follow each other, or every third."""
    count = len(channels)
    for heads in (3, 2, _MOST_HEADS):
        size = count // heads
        for groups in (
            [list(range(first, first + size)) for first in range(0, size * heads, max(1, size))],
            [list(range(first, count, heads)) for first in range(heads)],
        ):
            kinds = {tuple(channels[number] for number in group) for group in groups}
            if size * heads == count and size and len(kinds) == 1:
                return groups
    return []


def _kind(channels: tuple[int | None, ...]) -> tuple[int, int, int, int] | None:
    """Which output of a grid has distances, which scores; bins and classes."""
    known = [each for each in channels if each is not None]
    if len(known) != len(channels):
        return None
    if len(known) == 1:
        return (0, 0, BINS, known[0] - 4 * BINS) if known[0] > 4 * BINS else None
    # A third one, of one channel, is the sum of the scores, by which other programs sift cells.
    if len(known) > 3 or (len(known) == 3 and known[2] != 1):
        return None
    # Whatever tells boxes from classes: exporters give the boxes first.
    box = next((place for place in (0, 1) if known[place] in _BOX_CHANNELS), None)
    is_either = known[0] == _BOX_CHANNELS[0] and known[1] in _BOX_CHANNELS[1:]
    if box is None or is_either or (box == 1 and len(known) == 3):
        return None
    return box, 1 - box, known[box] // 4, known[1 - box]


def _by_fineness(grids: Sequence[Grid]) -> tuple[int, ...] | None:
    """The order from the finest grid, each half as fine as the one before; None if they are not.

    Grids of which nothing is known stay in their order.
    """
    if not 2 <= len(grids) <= _MOST_HEADS:
        return None
    known = [(height, width) for height, width in grids if height is not None and width is not None]
    if not known:
        return tuple(range(len(grids)))
    if len(known) < len(grids):
        return None
    order = sorted(range(len(grids)), key=lambda each: known[each], reverse=True)
    pairs = pairwise(order)
    is_halved = all(
        fine in {2 * coarse, 2 * coarse - 1}
        for first, second in pairs
        for fine, coarse in zip(known[first], known[second], strict=True)
    )
    return tuple(order) if is_halved else None
