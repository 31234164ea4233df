"""`image-segmentation` from RF-DETR's masks: each thing is painted where no better one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, sigmoid
from ailab.services.inference.tasks.detected_boxes import MIN_SCORE
from ailab.services.inference.tasks.kept_queries import query_outputs, query_sampling
from ailab.services.inference.tasks.regions import no_regions, segmentation

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Outputs

_MOST = 255


def decode_painted_masks(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """Queries, each with a mask and a score for each class, to regions.

    As `post_process_instance_segmentation` of transformers' RF-DETR image processor: of all pairs
    of query and class the best, as many as there are queries, are painted in the order of their
    scores, each where its mask's logit, interpolated to the picture, is above 0 and nothing is
    yet. Since a worse one never covers a better one, those from 5 % on are kept, the best 255.

    Args:
        outputs: `logits` of shape (1, queries, classes) and `pred_masks` (1, queries, h, w).
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    logits, masks = query_outputs(outputs)
    decoding.check_class_count(logits.shape[1], 0)
    flat = sigmoid(logits).reshape(-1)
    best = np.argsort(-flat, kind="stable")[: len(logits)]
    best = best[flat[best] > MIN_SCORE][:_MOST]
    queries, classes = np.divmod(best, logits.shape[1])
    count = len(best)
    sampling = query_sampling(decoding.placement, count)
    regions = no_regions((sampling.height, sampling.width), count)
    confidence = np.zeros(regions.shape, np.uint8)
    chosen = np.ascontiguousarray(np.moveaxis(masks[queries], 0, -1))
    for rows, values, is_seen in sampling.strips(chosen):
        first = (values > 0).argmax(axis=-1)
        of_first = np.take_along_axis(values, first[..., None], axis=-1)[..., 0]
        is_painted = (of_first > 0) & is_seen
        regions[rows] = (first + 1) * is_painted
        confidence[rows] = np.rint(sigmoid(of_first) * 255) * is_painted
    scores = [float(score) for score in flat[best]]
    return segmentation(regions, confidence, [int(c) for c in classes], decoding, scores)
