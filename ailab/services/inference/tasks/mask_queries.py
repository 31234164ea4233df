"""`image-segmentation` from masks: MaskFormer, Mask2Former and DETR's panoptic head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import Decoding, output, sigmoid, softmax, unexpected
from ailab.services.inference.tasks.map_sampling import MapSampling
from ailab.services.inference.tasks.regions import no_regions, segmentation

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats, Outputs
    from ailab.services.inference.tasks.regions import Regions

_MIN_SCORE = 0.5
_MASK_THRESHOLD = 0.5
_MIN_SHARE = 0.8
_MAX_VALUES = 200_000_000


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
    is_former = "class_queries_logits" in outputs
    names = (
        ("class_queries_logits", "masks_queries_logits")
        if is_former
        else (
            "logits",
            "pred_masks",
        )
    )
    if any(name not in outputs for name in names):
        raise unexpected(outputs, " and ".join(names))
    logits, masks = output(outputs, names[0], 2), output(outputs, names[1], 3)
    if len(logits) != len(masks) or logits.shape[1] < 2:
        raise unexpected(outputs, "as many masks as queries")
    decoding.check_class_count(logits.shape[1], 1)
    probabilities = softmax(logits)
    best, scores = probabilities.argmax(axis=1), probabilities.max(axis=1)
    kept = np.flatnonzero((best != logits.shape[1] - 1) & (scores > _MIN_SCORE))
    best, scores = best[kept], scores[kept]
    chosen = np.moveaxis(masks[kept], 0, -1)
    if decoding.settings.mask_size is not None and len(kept):
        chosen = _enlarged(chosen, decoding.settings.mask_size)
    winners, confidence = _contest(sigmoid(chosen) * scores, scores, decoding.placement)
    classes = [int(c) for c in best]
    return segmentation(winners, confidence, classes, decoding, [float(s) for s in scores])


def _contest(
    weighted: Floats, scores: Floats, placement: Placement
) -> tuple[Regions, npt.NDArray[np.uint8]]:
    """The winner of each pixel (0 where it was dropped), and its mask's probability, 0 to 255."""
    count = weighted.shape[-1]
    sampling = MapSampling.within(placement, min(_MAX_VALUES / max(1, count), MAX_MAP_PIXELS))
    winners = no_regions((sampling.height, sampling.width), count)
    confidence = np.zeros(winners.shape, np.uint8)
    if count == 0:
        return winners, confidence
    won, own = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for rows, values, is_seen in sampling.strips(np.ascontiguousarray(weighted)):
        best = values.argmax(axis=-1)
        won += np.bincount(best[is_seen], minlength=count)
        own += ((values >= _MASK_THRESHOLD) & is_seen[..., None]).sum(axis=(0, 1))
        winners[rows] = np.where(is_seen, best + 1, 0)
        sure = np.take_along_axis(values, best[..., None], axis=-1)[..., 0] / scores[best]
        confidence[rows] = np.rint(np.clip(sure, 0, 1) * 255) * is_seen
    stays = (won > 0) & (own > 0) & (won > _MIN_SHARE * own)
    table = np.concatenate([[0], np.where(stays, np.arange(1, count + 1), 0)]).astype(winners.dtype)
    for row in range(sampling.height):  # NumPy needs room for all that it looks up at once
        winners[row] = table[winners[row]]
        confidence[row] *= winners[row] > 0
    return winners, confidence


def _enlarged(masks: Floats, side: int) -> Floats:
    """Masks of shape (h, w, queries) interpolated to side × side."""
    height, width = masks.shape[:2]
    whole = Placement(width, height, width, height, 1.0, 1.0)
    enlarged = np.empty((side, side, masks.shape[2]), np.float32)
    for rows, values, _ in MapSampling(whole, side, side).strips(masks):
        enlarged[rows] = values
    return enlarged
