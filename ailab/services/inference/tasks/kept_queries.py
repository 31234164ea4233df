"""Queries of a network that segments, each a class and a mask: those that found something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, output, softmax, unexpected

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats, Outputs
    from ailab.services.inference.tasks.regions import Regions

_MIN_SCORE = 0.5
MASK_THRESHOLD = 0.5
"""What a mask claims a pixel from."""

_MIN_SHARE = 0.8
"""Who wins less of the own mask is dropped."""

MAX_VALUES = 200_000_000
"""Above this many values to be interpolated, the contest is on a coarser grid."""


@dataclass(frozen=True, slots=True)
class KeptQueries:
    """Queries whose best class is a thing and scores over one half.

    Attributes:
        classes: of each.
        scores: of each, shape (queries,).
        masks: their logits, shape (h, w, queries).
    """

    classes: list[int]
    scores: Floats
    masks: Floats


def kept_queries(outputs: Outputs, decoding: Decoding) -> KeptQueries:
    """Choose among the queries.

    Args:
        outputs: `class_queries_logits` and `masks_queries_logits`, or `logits` and `pred_masks`,
            of shapes (1, queries, classes + 1) and (1, queries, h, w).
        decoding: the classes.

    Raises:
        ModelFileError: other outputs.
    """
    logits, masks = query_outputs(outputs)
    if logits.shape[1] < 2:
        raise unexpected(outputs, "scores of one class and of none at least")
    decoding.check_class_count(logits.shape[1], 1)
    probabilities = softmax(logits)
    best, scores = probabilities.argmax(axis=1), probabilities.max(axis=1)
    kept = np.flatnonzero((best != logits.shape[1] - 1) & (scores > _MIN_SCORE))
    return KeptQueries(
        [int(each) for each in best[kept]], scores[kept], np.moveaxis(masks[kept], 0, -1)
    )


def drop_beaten(
    regions: Regions,
    confidence: npt.NDArray[np.uint8],
    won: npt.NDArray[np.int64],
    own: npt.NDArray[np.int64],
) -> None:
    """Take away those that won too little of their own masks; in place.

    Args:
        regions: shape (h, w): 0 for nothing, k for what the k-th query won (from 1).
        confidence: of each pixel.
        won: how many pixels each query won.
        own: how many its mask claims.
    """
    stays = (won > 0) & (own > 0) & (won > _MIN_SHARE * own)
    kept = np.where(stays, np.arange(1, len(won) + 1), 0)
    table = np.concatenate([[0], kept]).astype(regions.dtype)
    for row in range(len(regions)):  # NumPy needs room for all that it looks up at once
        regions[row] = table[regions[row]]
        confidence[row] *= regions[row] > 0


def query_outputs(outputs: Outputs) -> tuple[Floats, Floats]:
    """Scores of shape (queries, classes) and masks of shape (queries, h, w).

    Raises:
        ModelFileError: other outputs.
    """
    is_former = "class_queries_logits" in outputs
    former = "class_queries_logits", "masks_queries_logits"
    names = former if is_former else ("logits", "pred_masks")
    if any(name not in outputs for name in names):
        raise unexpected(outputs, " and ".join(names))
    logits, masks = output(outputs, names[0], 2), output(outputs, names[1], 3)
    if len(logits) != len(masks):
        raise unexpected(outputs, "as many masks as queries")
    return logits, masks
