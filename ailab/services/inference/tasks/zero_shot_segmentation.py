"""`image-segmentation` by labels that a person typed: where each of them is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, sigmoid
from ailab.services.inference.tasks.image_segmentation import class_regions

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Segmentation

_LEAST = 0.5
"""The network learnt, pixel by pixel, to tell what a text names from all else: by one half it
takes the label for more likely than not."""


def decode_label_masks(logits: npt.NDArray[Any], decoding: Decoding) -> Segmentation:
    """One map per label to regions that do not overlap, at most one for each label.

    transformers has no post-processing for these networks. Here each map's sigmoid is interpolated
    to the picture, as its documentation shows it; a pixel belongs to the label of the largest
    probability where that is at least one half, else to nothing. A pixel's confidence is that
    probability.

    Args:
        logits: shape (labels, h, w), finite.
        decoding: the labels, and where the picture lies.
    """
    count = len(logits)
    maps = np.full((count + 1, *logits.shape[1:]), _LEAST, np.float32)
    for made, each in zip(maps, logits, strict=False):  # the last map is that of nothing
        made[...] = sigmoid(each.astype(np.float32, copy=False))
    return class_regions(maps, decoding, count, are_logits=False)
