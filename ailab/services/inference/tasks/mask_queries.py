"""`image-segmentation` from masks: MaskFormer, Mask2Former and DETR's panoptic head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.tasks.decoding import Decoding, sigmoid
from ailab.services.inference.tasks.kept_queries import (
    MASK_THRESHOLD,
    MAX_VALUES,
    drop_beaten,
    kept_queries,
)
from ailab.services.inference.tasks.map_sampling import MapSampling, enlarged
from ailab.services.inference.tasks.regions import no_regions, segmentation

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats, Outputs
    from ailab.services.inference.tasks.regions import Regions


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
    chosen, scores, side = queries.masks, queries.scores, decoding.settings.mask_size
    if side is not None and len(scores):
        chosen = enlarged(chosen, side, side)
    winners, confidence = _contest(sigmoid(chosen) * scores, scores, decoding.placement)
    return segmentation(winners, confidence, queries.classes, decoding, [float(s) for s in scores])


def _contest(
    weighted: Floats, scores: Floats, placement: Placement
) -> tuple[Regions, npt.NDArray[np.uint8]]:
    """The winner of each pixel (0 where it was dropped), and its mask's probability, 0 to 255."""
    count = weighted.shape[-1]
    sampling = MapSampling.within(placement, min(MAX_VALUES / max(1, count), MAX_MAP_PIXELS))
    winners = no_regions((sampling.height, sampling.width), count)
    confidence = np.zeros(winners.shape, np.uint8)
    if count == 0:
        return winners, confidence
    won, own = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for rows, values, is_seen in sampling.strips(np.ascontiguousarray(weighted)):
        best = values.argmax(axis=-1)
        won += np.bincount(best[is_seen], minlength=count)
        own += ((values >= MASK_THRESHOLD) & is_seen[..., None]).sum(axis=(0, 1))
        winners[rows] = np.where(is_seen, best + 1, 0)
        sure = np.take_along_axis(values, best[..., None], axis=-1)[..., 0] / scores[best]
        confidence[rows] = np.rint(np.clip(sure, 0, 1) * 255) * is_seen
    drop_beaten(winners, confidence, won, own)
    return winners, confidence
