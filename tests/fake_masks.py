"""Masks of simple shapes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.pixel_map import PixelMap


def a_mask(full: npt.NDArray[np.bool_], score: float = 0.9) -> Mask:
    """The mask of an array of the picture's shape, which holds at least one True."""
    rows, columns = np.flatnonzero(full.any(axis=1)), np.flatnonzero(full.any(axis=0))
    cut = full[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    packed = PixelMap.pack(cut.shape[1], cut.shape[0], (cut.astype(np.uint8) * 255).tobytes())
    return Mask(score, float(full.mean()), int(columns[0]), int(rows[0]), packed)


def discs(width: int, height: int, *each: tuple[float, float, float, float]) -> Masks:
    """Discs that may overlap, each by its centre, its radius and its score, the best first."""
    y, x = np.mgrid[:height, :width]
    items = [a_mask((x - cx) ** 2 + (y - cy) ** 2 <= r * r, score) for cx, cy, r, score in each]
    return Masks(width, height, tuple(items))
