"""`image-segmentation` from masks: MaskFormer, Mask2Former and DETR's panoptic head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, sigmoid
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.kept_queries import kept_queries
from ailab.services.inference.tasks.query_contest import MASK_THRESHOLD, QueryContest

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats, Outputs


def decode_mask_queries(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """Queries, each a class and a mask, to regions that do not overlap.

    As `post_process_panoptic_segmentation` of transformers' processors, with its thresholds and
    no classes fused: queries that score over one half compete for each pixel with their mask's
    probability times their score; who wins less than 80 % of the own mask is dropped.

    Args:
        outputs: `class_queries_logits` and `masks_queries_logits`, or `logits` and `pred_masks`,
            of shapes (1, queries, classes + 1) and (1, queries, h, w).
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    queries = kept_queries(outputs, decoding)
    contest = QueryContest(queries, decoding)
    scores, side = queries.scores, decoding.settings.mask_size

    def weighted(logits: Floats) -> Floats:
        return sigmoid(logits) * scores

    size = queries.masks.shape[:2] if side is None else (side, side)
    masks = EnlargedMaps(queries.masks, size, weighted)
    for rows, values, is_seen in contest.sampling.strips(masks):
        best = values.argmax(axis=-1)
        sure = np.take_along_axis(values, best[..., None], axis=-1)[..., 0] / scores[best]
        own = ((values >= MASK_THRESHOLD) & is_seen[..., None]).sum(axis=(0, 1))
        sure = np.clip(sure, 0, 1)
        contest.settle(rows, best, sure, own=own, is_seen=is_seen, is_claimed=is_seen)
    return contest.segmentation()
