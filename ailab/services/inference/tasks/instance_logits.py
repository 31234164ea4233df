"""`image-segmentation`, instances, from EoMT's masks, whose logits are brought to the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.masks import MOST_MASKS, Masks
from ailab.services.inference.tasks.decoding import sigmoid
from ailab.services.inference.tasks.detected_boxes import MIN_SCORE
from ailab.services.inference.tasks.kept_queries import query_scores
from ailab.services.inference.tasks.mask_candidate import MaskCandidate
from ailab.services.inference.tasks.mask_sampling import MaskSampling, mask_sampling

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Decoding, Floats, Outputs

_LEAST_AREA = 1e-6
"""What transformers adds to a mask's pixels, so that it never divides by nothing."""


def decode_instance_logits(outputs: Outputs, decoding: Decoding) -> Masks:
    """Queries, each a class and a mask, to things whose masks may overlap.

    As `post_process_instance_segmentation` of transformers' EoMT image processor, which paints
    them over each other: logits are enlarged to the network's input, what lies beside the picture
    is cut off, and the rest is enlarged to the picture, where a mask is what is above 0; a thing's
    score is its class's times the mean probability of its mask. Those from 5 % on are kept, so
    that a threshold runs nothing again.

    Args:
        outputs: `class_queries_logits` of shape (1, queries, classes + 1) and
            `masks_queries_logits` of shape (1, queries, h, w).
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    probabilities, masks = query_scores(outputs, decoding)
    scores = probabilities[:, :-1]
    kinds, best = scores.argmax(axis=1), scores.max(axis=1)
    sampling = mask_sampling(decoding.placement, (masks.shape[1], masks.shape[2]))
    candidates: list[MaskCandidate] = []
    for query in np.flatnonzero(best >= MIN_SCORE):  # a mask makes it less
        score = float(best[query]) * _certainty(sampling, masks[query])
        if score >= MIN_SCORE:
            label = decoding.label(int(kinds[query]))
            candidates.append(MaskCandidate(score, masks[query], label))
    candidates.sort(key=lambda each: -each.score)
    found = (each.mask(sampling) for each in candidates[:MOST_MASKS])
    items = tuple(mask for mask in found if mask is not None)
    return Masks(sampling.width, sampling.height, items)


def _certainty(sampling: MaskSampling, logits: Floats) -> float:
    """The mean probability of a mask's pixels; 0 for an empty one."""
    total, count = 0.0, 0
    for _, _, values in sampling.strips(logits, 0.0):
        inside = values[values > 0]
        total += float(sigmoid(inside).sum(dtype=np.float64))
        count += inside.size
    return total / (count + _LEAST_AREA)
