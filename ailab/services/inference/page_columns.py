"""Where a page falls into columns that are read one after the other.

A recursive X-Y cut (G. Nagy, S. Seth: Hierarchical Representation of Optically Scanned Documents,
1984) over the boxes of lines instead of pixels (J. Ha, R. Haralick, I. Phillips: Recursive X-Y Cut
using Bounding Boxes of Connected Components, 1995). Cuts downwards come first, and what lies across
several columns, as a title does, parts the page above them from what is below.

Only what looks like running text is cut: a receipt's prices and a table's cells stand beside each
other too, and belong together row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_GUTTER = 0.5
"""Of a line's height: as far apart columns are at least, between the boxes of their lines."""

_FEWEST = 3
"""Rows on either side."""

_LONG = 7.0
"""How many times as wide as high the lines of running text are, in the middle: some 20 letters."""

_FILLED = 0.5
"""Of the width that a quarter of a column's lines exceed, the middle line has at least so much."""

_FULL = 0.75
_BESIDE = 0.5
"""Of the height of the lower side: as much of it has the other side beside it."""

_APART = 3.0
"""Heights of a line between the middle of a short one and its next that set it apart."""

_CORE = 0.25
"""Of a line's height above and below: what may lie beside the next row's without being one."""


@dataclass(frozen=True, slots=True, eq=False)
class PageLines:
    """The lines of a page that lies level.

    Attributes:
        starts: left ends, in pixels along the lines, shape (n,).
        ends: right ends.
        middles: down the page.
        heights: of the lines.
    """

    starts: Floats
    ends: Floats
    middles: Floats
    heights: Floats


@dataclass(frozen=True, slots=True)
class Columns:
    """Two columns, of which each may fall into more, and what stands above and below of both.

    Attributes:
        above: the lines' numbers.
        left: of the first one.
        right: of the second.
        below: of what follows.
    """

    above: list[int]
    left: list[int]
    right: list[int]
    below: list[int]


def find_columns(lines: PageLines, among: Sequence[int]) -> Columns | None:
    """The two columns that most lines of a part of a page stand in; None where it has none.

    Args:
        lines: of the page.
        among: numbers of those in this part.
    """
    if len(among) < 2 * _FEWEST:
        return None
    bands = _bands(lines, among)
    best: Columns | None = None
    for start, end, gaps in _runs(lines, bands):
        first, last = _without_ends(lines, bands, start, end)
        inside = [number for band in bands[first:last] for number in band]
        if best is not None and len(inside) <= len(best.left) + len(best.right):
            continue
        for gap in sorted(gaps, key=lambda each: each[0] - each[1]):
            middle = sum(gap) / 2
            left = [number for number in inside if lines.starts[number] < middle]
            right = [number for number in inside if lines.starts[number] >= middle]
            if _are_columns(lines, left, right):
                above = [number for band in bands[:first] for number in band]
                below = [number for band in bands[last:] for number in band]
                best = Columns(above, left, right, below)
                break
    return best


def _bands(lines: PageLines, among: Sequence[int]) -> list[list[int]]:
    """Lines whose cores lie beside each other, from above."""
    order = sorted(among, key=lambda number: float(lines.middles[number]))
    bands: list[list[int]] = []
    foot = -np.inf
    for number in order:
        reach = float(lines.heights[number]) * _CORE
        middle = float(lines.middles[number])
        if bands and middle - reach < foot:
            bands[-1].append(number)
        else:
            bands.append([number])
        foot = max(foot, middle + reach)
    return bands


def _runs(
    lines: PageLines, bands: Sequence[Sequence[int]]
) -> Iterator[tuple[int, int, list[tuple[float, float]]]]:
    """Bands that follow each other and leave the same gaps free; as many at once as do so.

    Yields:
        The first one's number, that of the one after the last, and the gaps.
    """
    everything = [number for band in bands for number in band]
    least = _GUTTER * float(np.median(lines.heights[everything]))
    edges = float(lines.starts[everything].min()), float(lines.ends[everything].max())
    free = [_gaps(lines, band, edges) for band in bands]
    furthest = 0
    for first in range(len(bands)):
        gaps, last = [edges], first
        while last < len(bands):
            common = _shared(gaps, free[last], least)
            if not common:
                break
            gaps, last = common, last + 1
        if last > furthest:  # else it is a part of the run before
            furthest = last
            yield first, last, gaps


def _without_ends(
    lines: PageLines, bands: Sequence[Sequence[int]], first: int, last: int
) -> tuple[int, int]:
    """A run without what stands apart at its head or foot, as a page's number does."""
    while last - first > 1 and _stands_apart(lines, bands[first], bands[first + 1]):
        first += 1
    while last - first > 1 and _stands_apart(lines, bands[last - 1], bands[last - 2]):
        last -= 1
    return first, last


def _stands_apart(lines: PageLines, band: Sequence[int], next_one: Sequence[int]) -> bool:
    if len(band) > 1:
        return False
    number, height = band[0], float(lines.heights[band[0]])
    is_short = lines.ends[number] - lines.starts[number] < _LONG * height
    distance = np.abs(lines.middles[next_one] - lines.middles[number]).min()
    return bool(is_short and distance > _APART * height)


def _gaps(
    lines: PageLines, band: Sequence[int], edges: tuple[float, float]
) -> list[tuple[float, float]]:
    """What a band leaves free between the page's edges, from the left."""
    taken = sorted((float(lines.starts[n]), float(lines.ends[n])) for n in band)
    reached, gaps = edges[0], []
    for start, end in [*taken, (edges[1], edges[1])]:
        if start > reached:
            gaps.append((reached, start))
        reached = max(reached, end)
    return gaps


def _shared(
    some: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]], least: float
) -> list[tuple[float, float]]:
    both = ((max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others)
    return [gap for gap in both if gap[1] - gap[0] >= least]


def _are_columns(lines: PageLines, left: Sequence[int], right: Sequence[int]) -> bool:
    """Whether both sides look like running text, and stand beside each other."""
    if not (_is_text(lines, left) and _is_text(lines, right)):
        return False
    sides = [(float(lines.middles[s].min()), float(lines.middles[s].max())) for s in (left, right)]
    shared = min(side[1] for side in sides) - max(side[0] for side in sides)
    return shared >= _BESIDE * min(side[1] - side[0] for side in sides)


def _is_text(lines: PageLines, side: Sequence[int]) -> bool:
    if len(side) < _FEWEST:
        return False
    widths = lines.ends[side] - lines.starts[side]
    middle = float(np.median(widths))
    is_long = float(np.median(widths / np.maximum(lines.heights[side], 1))) >= _LONG
    return is_long and middle >= _FILLED * float(np.quantile(widths, _FULL))
