"""Labels of pixels in two predictions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.comparison.agreement import LabelPixels, RegionAgreement, label_key
from ailab.services.comparison.label_sums import largest_first
from ailab.services.inference.predictions import Segmentation
from ailab.services.results.map_rows import map_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

_NOTHING = 0


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
    names: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for segment in (*a.segments, *b.segments):
        key = label_key(segment.label)
        names.setdefault(key, segment.label)
        numbers.setdefault(key, len(numbers) + 1)
    size = max((a.width, a.height), (b.width, b.height), key=lambda each: each[0] * each[1])
    count = len(numbers) + 1
    counts = np.zeros(count * count, np.int64)
    tables = [
        _table(each, numbers, threshold) for each, threshold in zip((a, b), thresholds, strict=True)
    ]
    maps = (a.label_map, a.confidence, b.label_map, b.confidence)
    for rows in zip(*(map_rows(each, size) for each in maps), strict=True):
        mine = _labels(rows[0], rows[1], tables[0], thresholds[0])
        its = _labels(rows[2], rows[3], tables[1], thresholds[1])
        counts += np.bincount((mine * count + its).ravel(), minlength=count * count)
    pairs = counts.reshape(count, count)
    labels = (
        _pixels(names[key], pairs, number)
        for key, number in numbers.items()
        if pairs[number].any() or pairs[:, number].any()
    )
    return RegionAgreement(int(pairs.sum()), int(np.trace(pairs)), largest_first(labels))


def _table(segmentation: Segmentation, numbers: Mapping[str, int], threshold: float) -> Numbers:
    """The number of its label for each value of a label map."""
    table = np.full(256, _NOTHING, np.int64)
    for segment in segmentation.above(threshold).segments:
        table[segment.index] = numbers[label_key(segment.label)]
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
