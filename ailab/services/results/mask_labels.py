"""Masks as one picture of their numbers, for programs that read label images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.masks import Masks
from ailab.services.results.map_rows import map_rows

if TYPE_CHECKING:
    import numpy.typing as npt


def mask_labels(masks: Masks) -> npt.NDArray[np.uint16]:
    """Each pixel's mask: its place among the masks, from 1; 0 where there is none.

    Where masks overlap the smallest counts, as it is the one drawn on top. One picture of two
    bytes a pixel is made, and each mask is put there strip by strip.

    Args:
        masks: at most 1000.

    Returns:
        Shape (height, width) of the masks.
    """
    labels = np.zeros((masks.height, masks.width), np.uint16)
    for number, mask in sorted(enumerate(masks.items, 1), key=lambda each: -each[1].area):
        left, top, right, bottom = mask.box
        for inside in map_rows(mask.inside, (right - left, bottom - top)):
            rows = labels[top : top + len(inside), left:right]
            rows[inside != 0] = number
            top += len(inside)
    return labels
