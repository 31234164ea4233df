"""Labels of pixels in two predictions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.comparison.agreement import LabelPixels, RegionAgreement, label_key
from ailab.services.comparison.label_sums import largest_first
from ailab.services.comparison.thing_matching import LEAST_IOU, Match, greedy
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.services.results.map_rows import map_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]
    Bytes = npt.NDArray[np.uint8]

_NOTHING = 0
_VALUES = 256


def compare_regions(
    a: Segmentation, b: Segmentation, thresholds: tuple[float, float]
) -> RegionAgreement:
    """Compare the labels of all pixels, strip by strip.

    As in the annotated copy, a pixel has its region's label where that region and the pixel's own
    confidence reach the threshold, else none. Where the maps are of different sizes, the smaller
    ones are brought to the larger by taking the nearest pixel.

    Args:
        a: the regions of A.
        b: those of B.
        thresholds: those of A and of B, 0 to 1.

    Raises:
        PixelMapError: a map is damaged.
    """
    names = _names(a, b)
    pairs = _counted(a, b, thresholds, _label_tables(a, b, thresholds), len(names) + 1)
    labels = (
        _pixels(name, pairs, number)
        for number, name in enumerate(names.values(), 1)
        if pairs[number].any() or pairs[:, number].any()
    )
    return RegionAgreement(int(pairs.sum()), int(np.trace(pairs)), largest_first(labels))


def matching_regions(
    a: Segmentation, b: Segmentation, thresholds: tuple[float, float]
) -> list[Match]:
    """The regions of A and of B, by their indices, whose IoU is `LEAST_IOU` or more.

    Raises:
        PixelMapError: a map is damaged.
    """
    tables = _index_table(a, thresholds[0]), _index_table(b, thresholds[1])
    both = _counted(a, b, thresholds, tables, _VALUES)
    union = both.sum(axis=1)[:, None] + both.sum(axis=0)[None] - both
    ious = np.divide(both, union, out=np.zeros(both.shape), where=union > 0)
    ious[_NOTHING] = ious[:, _NOTHING] = 0.0
    found = np.argwhere(ious >= LEAST_IOU)
    return greedy((int(row), int(column), float(ious[row, column])) for row, column in found)


def differing_regions(
    a: Segmentation, b: Segmentation, thresholds: tuple[float, float]
) -> tuple[SegmentMaps, SegmentMaps]:
    """The maps of A and of B without the pixels that have the same label in both.

    Both are of the size of the larger ones; see `compare_regions`.

    Raises:
        PixelMapError: a map is damaged.
    """
    size = _size(a, b)
    kept = [bytearray() for _ in range(4)]
    tables = _label_tables(a, b, thresholds)
    for mine, its, whole_rows in _strips(a, b, thresholds, tables):
        labels_a, confidence_a, labels_b, confidence_b = whole_rows
        differs = mine != its
        rows = (labels_a * differs, confidence_a, labels_b * differs, confidence_b)
        for whole, strip in zip(kept, rows, strict=True):
            whole.extend(strip.tobytes())
    maps = [bytes(each) for each in kept]
    return SegmentMaps(*size, *maps[:2]), SegmentMaps(*size, *maps[2:])


def _size(a: Segmentation, b: Segmentation) -> tuple[int, int]:
    return max((a.width, a.height), (b.width, b.height), key=lambda each: each[0] * each[1])


def _names(a: Segmentation, b: Segmentation) -> dict[str, str]:
    """The name of each label of either, by its key; their order numbers them from 1."""
    names: dict[str, str] = {}
    for segment in (*a.segments, *b.segments):
        names.setdefault(label_key(segment.label), segment.label)
    return names


def _label_tables(
    a: Segmentation, b: Segmentation, thresholds: tuple[float, float]
) -> tuple[Numbers, Numbers]:
    numbers = {key: number for number, key in enumerate(_names(a, b), 1)}
    return _table(a, numbers, thresholds[0]), _table(b, numbers, thresholds[1])


def _counted(
    a: Segmentation,
    b: Segmentation,
    thresholds: tuple[float, float],
    tables: tuple[Numbers, Numbers],
    count: int,
) -> Numbers:
    """How many pixels have each number of A's table and of B's; shape (count, count)."""
    counts = np.zeros(count * count, np.int64)
    for mine, its, _ in _strips(a, b, thresholds, tables):
        counts += np.bincount((mine * count + its).ravel(), minlength=count * count)
    return counts.reshape(count, count)


def _strips(
    a: Segmentation,
    b: Segmentation,
    thresholds: tuple[float, float],
    tables: tuple[Numbers, Numbers],
) -> Iterator[tuple[Numbers, Numbers, tuple[Bytes, ...]]]:
    """Rows of both: the numbers that the tables have for A and for B, and the maps themselves."""
    table_a, table_b = tables
    maps = (a.label_map, a.confidence, b.label_map, b.confidence)
    for rows in zip(*(map_rows(each, _size(a, b)) for each in maps), strict=True):
        mine = _labels(rows[0], rows[1], table_a, thresholds[0])
        its = _labels(rows[2], rows[3], table_b, thresholds[1])
        yield mine, its, rows


def _table(segmentation: Segmentation, numbers: Mapping[str, int], threshold: float) -> Numbers:
    """The number of its label for each value of a label map."""
    table = np.full(_VALUES, _NOTHING, np.int64)
    for segment in segmentation.above(threshold).segments:
        table[segment.index] = numbers[label_key(segment.label)]
    return table


def _index_table(segmentation: Segmentation, threshold: float) -> Numbers:
    """Its index for each value of a label map that is a region's."""
    table = np.full(_VALUES, _NOTHING, np.int64)
    for segment in segmentation.above(threshold).segments:
        table[segment.index] = segment.index
    return table


def _labels(
    indices: npt.NDArray[np.uint8],
    confidence: npt.NDArray[np.uint8],
    table: Numbers,
    threshold: float,
) -> Numbers:
    return np.where(confidence >= math.ceil(threshold * 255 - 1e-9), table[indices], _NOTHING)


def _pixels(label: str, pairs: Numbers, number: int) -> LabelPixels:
    both = int(pairs[number, number])
    return LabelPixels(
        label, both, int(pairs[number].sum()) - both, int(pairs[:, number].sum()) - both
    )
