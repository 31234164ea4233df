"""Numbered regions, as a segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.predictions import Segment, Segmentation

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Decoding

    Regions: TypeAlias = npt.NDArray[np.unsignedinteger[Any]]

_MAX_SEGMENTS = 255
_MOST_OF_A_BYTE = 255
_BITS_OF_A_BYTE = 8
_STRIP_PIXELS = 250_000


def no_regions(shape: tuple[int, int], count: int) -> Regions:
    """A map of nothing for `count` regions, in numbers as small as they go."""
    return np.zeros(shape, np.uint8 if count <= _MOST_OF_A_BYTE else np.uint16)


def map_size(placement: Placement) -> tuple[int, int]:
    """Height and width of the maps: the picture's own, or less above 50 megapixels."""
    scale = min(1.0, (MAX_MAP_PIXELS / (placement.width * placement.height)) ** 0.5)
    return max(1, int(placement.height * scale)), max(1, int(placement.width * scale))


def segmentation(
    regions: Regions,
    confidence: npt.NDArray[np.uint8],
    classes: Sequence[int],
    decoding: Decoding,
    scores: Sequence[float] | None = None,
) -> Segmentation:
    """Number the regions anew, the largest first, and bring the maps to their size.

    Args:
        regions: shape (h, w): 0 for nothing, k for the k-th region (from 1); may be written over.
        confidence: shape (h, w), 0 to 255.
        classes: of each region.
        decoding: names the classes, and tells the picture's size.
        scores: of each region, where each is an object that the network tells from others; left
            out where it is a class, which then scores the mean confidence of its pixels.
    """
    size = map_size(decoding.placement)
    regions, confidence = _nearest(regions, size), _nearest(confidence, size)
    areas, sums = _measured(regions, confidence, len(classes) + 1)
    largest = np.argsort(-areas[1:], kind="stable")[:_MAX_SEGMENTS] + 1
    index_of = np.zeros(len(classes) + 1, np.uint8)
    segments: list[Segment] = []
    for region in largest[areas[largest] > 0].tolist():
        index = index_of[region] = len(segments) + 1
        mean = sums[region] / areas[region] / 255
        segments.append(
            Segment(
                index=index,
                class_id=classes[region - 1],
                label=decoding.label(classes[region - 1]),
                score=float(mean if scores is None else scores[region - 1]),
                area=float(areas[region] / regions.size),
            )
        )
    packed = Segmentation.pack(
        width=size[1],
        height=size[0],
        label_map=_numbered(regions, index_of).data,
        confidence=np.ascontiguousarray(confidence).reshape(-1).data,
        segments=tuple(segments),
    )
    return replace(packed, tells_objects=scores is not None)


def _nearest(values: Regions, size: tuple[int, int]) -> Regions:
    if values.shape == size:
        return values
    rows = (np.arange(size[0]) * 2 + 1) * values.shape[0] // (2 * size[0])
    columns = (np.arange(size[1]) * 2 + 1) * values.shape[1] // (2 * size[1])
    return values[np.ix_(rows, columns)]


def _numbered(regions: Regions, index_of: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The new number of each pixel, one after the other; in strips, as below, and in place.

    NumPy makes numbers of eight bytes of all that it counts or looks up at once.
    """
    flat = regions.reshape(-1)
    numbered = flat if flat.dtype == np.uint8 else np.empty(flat.size, np.uint8)
    for start in range(0, flat.size, _STRIP_PIXELS):
        part = slice(start, start + _STRIP_PIXELS)
        np.take(index_of, flat[part], out=numbered[part], mode="clip")
    return numbered


def _measured(
    regions: Regions, confidence: npt.NDArray[np.uint8], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Pixels, and the sum of their confidences, of each region; in strips."""
    if regions.dtype == np.uint8:
        return _measured_at_once(regions, confidence, count)
    areas, sums = np.zeros(count, np.int64), np.zeros(count, np.float64)
    flat, sure = regions.reshape(-1), confidence.reshape(-1)
    for start in range(0, flat.size, _STRIP_PIXELS):
        part = slice(start, start + _STRIP_PIXELS)
        areas += np.bincount(flat[part], minlength=count)
        sums += np.bincount(flat[part], weights=sure[part], minlength=count)
    return areas, sums


def _measured_at_once(
    regions: Regions, confidence: npt.NDArray[np.uint8], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """As `_measured`, of regions in bytes, in half the time.

    Their pixels of each confidence are counted, so that nothing is added up.
    """
    pixels = np.zeros(count << _BITS_OF_A_BYTE, np.int64)
    flat, sure = regions.reshape(-1), confidence.reshape(-1)
    for start in range(0, flat.size, _STRIP_PIXELS):
        part = slice(start, start + _STRIP_PIXELS)
        pairs = flat[part].astype(np.uint16)
        pairs <<= _BITS_OF_A_BYTE
        pairs |= sure[part]
        pixels += np.bincount(pairs, minlength=len(pixels))
    of_region = pixels.reshape(count, -1)
    return of_region.sum(axis=1), of_region @ np.arange(256.0)
