"""`keypoint-detection` of points of interest, in SuperPoint's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.tasks.decoding import Decoding, unexpected
from ailab.services.inference.tasks.found_poses import share

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Outputs

_MOST = 100_000


def decode_interest_points(outputs: Outputs, decoding: Decoding) -> Keypoints:
    """Points that belong to nothing, as one pose without names, the surest first.

    As `post_process_keypoint_detection` of transformers' `SuperPointImageProcessor`, which cuts
    the fractions of a pixel off; here they are kept.

    Args:
        outputs: `keypoints` of shape (1, n, 2): x and y as shares of the input, `scores` (1, n),
            and `mask` (1, n): 0 where there is no point; may be left out.
        decoding: where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    points, scores = outputs.get("keypoints"), outputs.get("scores")
    mask = outputs.get("mask")
    if points is None or scores is None or points.shape != (*scores.shape, 2):
        raise unexpected(outputs, "keypoints, and as many scores")
    mask = np.ones_like(scores) if mask is None else mask
    if scores.ndim != 2 or scores.shape[0] != 1 or mask.shape != scores.shape:
        raise unexpected(outputs, "keypoints of one picture, and as many scores")
    there = np.flatnonzero(mask[0])
    there = there[np.argsort(-scores[0, there], kind="stable")][:_MOST]
    placement = decoding.placement
    size = np.array([placement.input_width, placement.input_height])
    placed = points[0, there].astype(np.float64) * size
    found = tuple(
        Keypoint(*placement.to_picture(float(x), float(y)), share(float(score)))
        for (x, y), score in zip(placed, scores[0, there], strict=True)
    )
    return Keypoints((Pose(found[0].score, found),) if found else ())
