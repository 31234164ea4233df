"""`image-segmentation`, panoptic, from masks: MaskFormer, Mask2Former, OneFormer and DETR."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, fine_sigmoid, sigmoid
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.kept_queries import kept_queries
from ailab.services.inference.tasks.query_contest import MASK_THRESHOLD, QueryContest

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats, Outputs


def decode_mask_queries(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """Queries, each a class and a mask, to regions that do not overlap.

    As `post_process_panoptic_segmentation` of transformers' processors, with their own threshold
    of one half for scores, that of the pipeline for overlaps, and no classes fused: queries that
    score over one half compete for each pixel with their mask's probability times their score; who
    wins no more than half of the own mask is dropped. DETR's instances are found so too.

    Args:
        outputs: `class_queries_logits` and `masks_queries_logits`, or `logits` and `pred_masks`,
            of shapes (1, queries, classes + 1) and (1, queries, h, w).
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    return _settled(outputs, decoding, fine_sigmoid)


def decode_query_instances(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """As `decode_mask_queries`, with a mask's logit in place of its probability.

    So `post_process_instance_segmentation` of transformers' OneFormer processor has it.
    """
    return _settled(outputs, decoding, lambda logits: logits)


def _settled(
    outputs: Outputs, decoding: Decoding, claim: Callable[[Floats], Floats]
) -> Segmentation:
    """The contest.

    Args:
        outputs: as `decode_mask_queries` takes them.
        decoding: as there.
        claim: how much a query claims a pixel for which its mask has a logit, before its score.
    """
    queries = kept_queries(outputs, decoding)
    contest = QueryContest(queries, decoding)
    scores, side = queries.scores, decoding.settings.mask_size
    is_probable = claim is fine_sigmoid

    def weighted(logits: Floats) -> Floats:
        return claim(logits) * scores

    size = queries.masks.shape[:2] if side is None else (side, side)
    masks = EnlargedMaps(queries.masks, size, weighted)
    for rows, values, is_seen in contest.sampling.strips(masks):
        best = values.argmax(axis=-1)
        won = np.take_along_axis(values, best[..., None], axis=-1)[..., 0] / scores[best]
        sure = np.clip(won, 0, 1) if is_probable else sigmoid(won)
        own = ((values >= MASK_THRESHOLD) & is_seen[..., None]).sum(axis=(0, 1))
        contest.settle(rows, best, sure, own=own, is_seen=is_seen, is_claimed=is_seen)
    return contest.segmentation()
