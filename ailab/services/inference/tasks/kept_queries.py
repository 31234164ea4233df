"""Queries of a network that segments, each a class and a mask: those that found something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.tasks.decoding import Decoding, output, softmax, unexpected
from ailab.services.inference.tasks.map_sampling import MapSampling

if TYPE_CHECKING:
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_MIN_SCORE = 0.5
_MAX_VALUES = 200_000_000
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
    probabilities, masks = query_scores(outputs, decoding)
    best, scores = probabilities.argmax(axis=1), probabilities.max(axis=1)
    kept = np.flatnonzero((best != probabilities.shape[1] - 1) & (scores > _MIN_SCORE))
    chosen = np.ascontiguousarray(np.moveaxis(masks[kept], 0, -1))
    return KeptQueries([int(each) for each in best[kept]], scores[kept], chosen)


def query_sampling(placement: Placement, count: int) -> MapSampling:
    """Of the masks of so many queries: the picture's pixels, or fewer where that is too much."""
    return MapSampling.within(placement, min(_MAX_VALUES / max(1, count), MAX_MAP_PIXELS))


def query_scores(outputs: Outputs, decoding: Decoding) -> tuple[Floats, Floats]:
    """Probabilities of each class and, last, of none, and masks.

    Their shapes are (queries, classes + 1) and (queries, h, w).

    Raises:
        ModelFileError: other outputs, or of another number of classes.
    """
    logits, masks = class_outputs(outputs)
    decoding.check_class_count(logits.shape[1], 1)
    return softmax(logits), masks


def class_outputs(outputs: Outputs) -> tuple[Floats, Floats]:
    """As `query_outputs`, of a network whose last class is for none.

    Raises:
        ModelFileError: other outputs.
    """
    logits, masks = query_outputs(outputs)
    if logits.shape[1] < 2:
        raise unexpected(outputs, "scores of one class and of none at least")
    return logits, masks


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
