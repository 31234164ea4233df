"""What is drawn, and counted, of a segmentation at a threshold, as rows of its label map."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.background_label import is_background
from ailab.services.inference.predictions import Segmentation

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]

_STRIP_PIXELS = 125_000


def kept_indices(prediction: Segmentation, threshold: float) -> list[int]:
    """The regions of things that are kept at a threshold, by index; without background."""
    shown = prediction.above(threshold).segments
    return [segment.index for segment in shown if not is_background(segment.label)]


def shown_regions(prediction: Segmentation, threshold: float) -> Iterator[tuple[Bytes, Bytes]]:
    """Strips of rows: the index of each pixel's region, 0 for none, and its confidence.

    A pixel counts where its region is kept and its own confidence reaches the threshold.

    Args:
        prediction: with both maps.
        threshold: 0 to 1.

    Yields:
        Two arrays of uint8, shape (rows, width).

    Raises:
        PixelMapError: a map is damaged.
    """
    kept = kept_indices(prediction, threshold)
    table = bytes(index if index in kept else 0 for index in range(256))
    least = math.ceil(threshold * 255 - 1e-9)
    at_once = max(1, _STRIP_PIXELS // prediction.width)
    maps = prediction.label_map, prediction.confidence
    for labels, confidence in zip(*(each.strips(at_once) for each in maps), strict=True):
        sure = np.frombuffer(confidence, np.uint8).reshape(-1, prediction.width)
        regions = np.frombuffer(labels.translate(table), np.uint8).reshape(-1, prediction.width)
        yield regions * (sure >= least), sure
