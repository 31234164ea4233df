"""Connected components of a label map, strip by strip.

A component is what can be walked through over the eight neighbours of each pixel without leaving
one label (Rosenfeld and Pfaltz, Sequential operations in digital picture processing, 1966). Runs
of pixels in a row take the place of single pixels; those that touch are joined by hooking each
tree's root to the least one that it touches and halving all paths (Shiloach and Vishkin, An
O(log n) parallel connectivity algorithm, 1982), all at once rather than one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Whole = npt.NDArray[np.int64]
    Real = npt.NDArray[np.float64]

_LABELS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """What is known of some components, each an array of one number for each.

    Attributes:
        label: 1 to 255.
        area: pixels of the picture.
        x0, y0, x1, y1: the box around it, `xyxy`, in whole pixels of the picture.
        sum_x, sum_y: of the middles of the picture's pixels in it.
        pixels: of the map; fewer than `area` where the map is smaller than the picture.
        confidence: the sum over the map's pixels.
    """

    label: Bytes
    area: Whole
    x0: Whole
    y0: Whole
    x1: Whole
    y1: Whole
    sum_x: Real
    sum_y: Real
    pixels: Whole
    confidence: Whole

    def __len__(self) -> int:
        return len(self.label)

    def picked(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Components:
        """Some of them, by a mask or by their places."""
        return Components(*(getattr(self, each.name)[which] for each in fields(self)))

    def touches(self, width: int, height: int) -> npt.NDArray[np.bool_]:
        """Which of them reach the border of a picture of this size."""
        at_edge = (self.x0 == 0) | (self.y0 == 0) | (self.x1 == width) | (self.y1 == height)
        return np.asarray(at_edge, np.bool_)

    @classmethod
    def joined(cls, parts: list[Components]) -> Components:
        """Several as one; at least one."""
        return cls(
            *(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls))
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Pixels of one label beside each other: row, first column, column after the last, label."""

    row: Whole
    start: Whole
    end: Whole
    label: Bytes

    def __len__(self) -> int:
        return len(self.row)


class ConnectedComponents:
    """Finds components in strips of rows, of which no more than one is held.

    Beside it only components are held that reach its last row, and of the others no more than
    twice the `most`: of a map of noise there are millions.

    Args:
        columns: where each column of the map begins in the picture, and where the last one ends.
        rows: the same of its rows.
        least: pixels of the picture that a component needs to be counted, from 0.
        most: how many are kept; of more, the largest. All are counted.

    Attributes:
        numbers: how many components of each label were found, by the label.
        areas: how many pixels of the picture these have, by the label.
        at_border: how many of these reach the border of the picture, by the label.
        left_out: how many more there are that are too small, by the label.
    """

    def __init__(self, columns: Whole, rows: Whole, *, least: int, most: int) -> None:
        self._columns, self._rows = columns, rows
        self._least, self._most = least, most
        self._row = 0
        self._open = _none()
        nothing = np.zeros(0, np.int64)
        self._last = _Runs(nothing, nothing, nothing, np.zeros(0, np.uint8))
        self._last_of = np.zeros(0, np.int64)
        self._kept: list[Components] = []
        self.numbers: Whole = np.zeros(_LABELS, np.int64)
        self.areas: Whole = np.zeros(_LABELS, np.int64)
        self.at_border: Whole = np.zeros(_LABELS, np.int64)
        self.left_out: Whole = np.zeros(_LABELS, np.int64)

    def add(self, labels: Bytes, confidence: Bytes) -> None:
        """Go on with the next rows.

        Args:
            labels: shape (rows, width), C-contiguous; 0 for nothing.
            confidence: of the same shape.
        """
        runs, sums = _runs(labels, confidence, self._row)
        nodes = len(self._open) + len(runs)
        component, count = _united(nodes, *self.touching(runs))
        found = self._measured(component, count, runs, sums)
        self._row += len(labels)
        is_last = runs.row == self._row - 1
        of_last = component[len(self._open) :][is_last]
        stays = np.zeros(count, np.bool_)
        stays[of_last] = True
        self._keep(found.picked(~stays))
        self._open = found.picked(stays)
        self._last = _Runs(
            runs.row[is_last], runs.start[is_last], runs.end[is_last], runs.label[is_last]
        )
        self._last_of = (np.cumsum(stays) - 1)[of_last]

    def finish(self) -> Components:
        """All that is kept, by label, then from the top."""
        self._keep(self._open)
        self._open = _none()
        kept = self._largest()
        return kept.picked(np.lexsort((kept.y1, kept.x1, kept.x0, kept.y0, kept.label)))

    def touching(self, runs: _Runs) -> tuple[Whole, Whole]:
        """Pairs of nodes that touch: the open components come first, then the runs."""
        last = self._last
        row = np.concatenate([last.row, runs.row])
        start = np.concatenate([last.start, runs.start])
        end = np.concatenate([last.end, runs.end])
        label = np.concatenate([last.label, runs.label])
        node = np.concatenate([self._last_of, len(self._open) + np.arange(len(runs))])
        # A run touches those of the row above that end no earlier than it begins, and begin no
        # later than it ends: corners count. They lie beside each other in the order of all.
        stride = len(self._columns) + 1
        above = (runs.row - 1) * stride
        first = np.searchsorted(row * stride + end, above + runs.start, "left")
        after = np.searchsorted(row * stride + start, above + runs.end, "right")
        counts = after - first
        lower = np.repeat(np.arange(len(runs)), counts)
        upper = np.arange(len(lower)) + np.repeat(first - (np.cumsum(counts) - counts), counts)
        is_same = label[upper] == runs.label[lower]
        return node[upper[is_same]], len(self._open) + lower[is_same]

    def _measured(self, component: Whole, count: int, runs: _Runs, sums: Whole) -> Components:
        """Of each component what its runs and the open components in it add up to."""
        held, mine = self._open, component[len(self._open) :]
        before = component[: len(held)]

        def added(of_open: Whole | Real, of_runs: Whole | Real) -> Real:
            total = np.bincount(mine, of_runs, count) + np.bincount(before, of_open, count)
            return total.astype(np.float64, copy=False)

        left, right = self._columns[runs.start], self._columns[runs.end]
        top, bottom = self._rows[runs.row], self._rows[runs.row + 1]
        wide, high = right - left, bottom - top
        x0, x1 = np.full(count, self._columns[-1]), np.zeros(count, np.int64)
        np.minimum.at(x0, before, held.x0)
        np.minimum.at(x0, mine, left)
        np.maximum.at(x1, before, held.x1)
        np.maximum.at(x1, mine, right)
        # Nodes stand from the top, so that the first of each component is its uppermost, and the
        # last to be written its lowest.
        nodes = np.concatenate([before, mine])
        y0, label, y1 = np.zeros(count, np.int64), np.zeros(count, np.uint8), np.zeros_like(x0)
        y0[nodes[::-1]] = np.concatenate([held.y0, top])[::-1]
        y1[nodes] = np.concatenate([held.y1, bottom])
        label[nodes] = np.concatenate([held.label, runs.label])
        return Components(
            label,
            added(held.area, wide * high).astype(np.int64),
            x0,
            y0,
            x1,
            y1,
            added(held.sum_x, wide * high * ((left + right) / 2)),
            added(held.sum_y, wide * high * ((top + bottom) / 2)),
            added(held.pixels, runs.end - runs.start).astype(np.int64),
            added(held.confidence, sums).astype(np.int64),
        )

    def _keep(self, found: Components) -> None:
        is_counted = found.area >= self._least
        counted = found.picked(is_counted)
        self.numbers += np.bincount(counted.label, minlength=_LABELS)
        areas = np.bincount(counted.label, counted.area, _LABELS)  # exact up to 2**53
        self.areas += areas.astype(np.int64)
        at_border = counted.label[counted.touches(int(self._columns[-1]), int(self._rows[-1]))]
        self.at_border += np.bincount(at_border, minlength=_LABELS)
        self.left_out += np.bincount(found.label[~is_counted], minlength=_LABELS)
        self._kept.append(counted)
        if sum(map(len, self._kept)) > 2 * self._most:
            self._kept = [self._largest()]

    def _largest(self) -> Components:
        kept = Components.joined(self._kept) if self._kept else _none()
        if len(kept) <= self._most:
            return kept
        return kept.picked(np.argpartition(-kept.area, self._most)[: self._most])


def small_components(
    labels: Bytes, columns: Whole, rows: Whole, least: int
) -> npt.NDArray[np.bool_]:
    """Which pixels of a map are of a component that is too small to be counted.

    Args:
        labels: uint8, shape (rows, width), C-contiguous; 0 for nothing, which is never one.
        columns: where each column begins in the picture, and where the last one ends.
        rows: the same of its rows.
        least: pixels of the picture that a component needs to be counted.

    Returns:
        Shape (rows, width).
    """
    runs, _ = _runs(labels, labels, 0)
    nowhere = ConnectedComponents(columns, rows, least=0, most=0)
    component, count = _united(len(runs), *nowhere.touching(runs))
    high, wide = np.diff(rows)[runs.row], columns[runs.end] - columns[runs.start]
    is_small = (np.bincount(component, high * wide, count) < least)[component]
    steps = np.zeros(labels.size + 1, np.int8)
    steps[(runs.row * labels.shape[1] + runs.start)[is_small]] += 1
    steps[(runs.row * labels.shape[1] + runs.end)[is_small]] -= 1
    found = np.cumsum(steps[:-1], dtype=np.int8).view(np.bool_)
    return found.reshape(labels.shape)


def _none() -> Components:
    label, whole, real = np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.float64)
    return Components(label, whole, *(whole, whole, whole, whole), real, real, whole, whole)


def _runs(labels: Bytes, confidence: Bytes, row: int) -> tuple[_Runs, Whole]:
    """The runs of all labels but 0, and the confidence summed over each."""
    width = labels.shape[1]
    is_new = np.empty(labels.shape, np.bool_)
    is_new[:, 0] = True
    np.not_equal(labels[:, 1:], labels[:, :-1], out=is_new[:, 1:])
    starts = np.flatnonzero(is_new)
    ends = np.append(starts[1:], labels.size)
    sums = np.add.reduceat(confidence.reshape(-1), starts, dtype=np.int64)
    label = labels.reshape(-1)[starts]
    is_some = label > 0
    starts, ends = starts[is_some], ends[is_some]
    down = starts // width
    left = down * width
    return _Runs(down + row, starts - left, ends - left, label[is_some]), sums[is_some]


def _united(count: int, first: Whole, second: Whole) -> tuple[Whole, int]:
    """The component of each of `count` nodes, numbered by the first of theirs, and how many.

    Args:
        count: of the nodes.
        first: a node of each pair that touches.
        second: the other.
    """
    parent = np.arange(count)
    while len(first):
        least, most = np.minimum(first, second), np.maximum(first, second)
        np.minimum.at(parent, most, least)
        while True:
            above = parent[parent]
            if np.array_equal(above, parent):
                break
            parent = above
        first, second = parent[first], parent[second]
        is_apart = first != second
        first, second = first[is_apart], second[is_apart]
    is_root = parent == np.arange(count)
    return (np.cumsum(is_root) - 1)[parent], int(np.count_nonzero(is_root))
