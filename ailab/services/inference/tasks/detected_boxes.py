"""Boxes and scores of any detector, as detections in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.predictions import Detection, Detections
from ailab.services.inference.tasks.decoding import unexpected

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Decoding, Floats, Outputs

MIN_SCORE = 0.05
MAX_DETECTIONS = 1000
_MAX_CANDIDATES = 5000
_ROUNDING = 0.01
"""How far float16 or int8 leads scores beyond 1."""


def detections(
    boxes: Floats,
    scores: Floats,
    classes: npt.NDArray[Any],
    decoding: Decoding,
    outlines: Sequence[Floats] = (),
) -> Detections:
    """The detections that score enough, by descending score.

    Args:
        boxes: shape (n, 4): x0, y0, x1, y1 in pixels of the network's input.
        scores: shape (n,), 0 to 1.
        classes: shape (n,), integers.
        decoding: what maps them to the picture and names them.
        outlines: of each box the corners of what it is around, shape (corners, 2), in pixels of
            the network's input; none of no box where left out.
    """
    kept = np.flatnonzero(scores >= MIN_SCORE)
    kept = kept[np.argsort(-scores[kept], kind="stable")][:MAX_DETECTIONS]
    items = []
    for index in kept:
        x0, y0, x1, y1 = map(float, boxes[index])
        class_id = int(classes[index])
        items.append(
            Detection(
                class_id,
                decoding.label(class_id),
                min(1.0, float(scores[index])),
                (*decoding.placement.to_picture(x0, y0), *decoding.placement.to_picture(x1, y1)),
                tuple(
                    decoding.placement.to_picture(float(x), float(y))
                    for x, y in (outlines[int(index)] if outlines else ())
                ),
            )
        )
    return Detections(tuple(items))


def check_boxes(boxes: Floats, scores: Floats, outputs: Outputs) -> None:
    """Refuse what is read of the wrong columns: of boxes that score enough to be told.

    Args:
        boxes: shape (n, 4): x0, y0, x1, y1, in pixels.
        scores: shape (n,).
        outputs: those of the network, for the error.

    Raises:
        ModelFileError: a side is negative by more than a pixel, or a score is above 1.
    """
    told = scores >= MIN_SCORE
    if scores.max(initial=0) > 1 + _ROUNDING:
        raise unexpected(outputs, "scores from 0 to 1")
    if (boxes[told, 2:] - boxes[told, :2]).min(initial=0) < -1:
        raise unexpected(outputs, "boxes whose sides are not negative")


def best_apart(
    boxes: Floats, scores: Floats, classes: npt.NDArray[Any], iou: float
) -> npt.NDArray[np.intp]:
    """Class-wise greedy non-maximum suppression.

    Args:
        boxes: shape (n, 4): x0, y0, x1, y1.
        scores: shape (n,).
        classes: shape (n,).
        iou: of two boxes of a class that overlap by more than this, the lower one goes.

    Returns:
        Indices of the kept ones, by descending score; those below 0.05 are left out.
    """
    order = np.flatnonzero(scores >= MIN_SCORE)
    order = order[np.argsort(-scores[order], kind="stable")][:_MAX_CANDIDATES]
    areas = np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)
    kept: list[int] = []
    while order.size and len(kept) < MAX_DETECTIONS:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        upper = np.maximum(boxes[best, :2], boxes[order, :2])
        lower = np.minimum(boxes[best, 2:], boxes[order, 2:])
        shared = np.prod(np.maximum(lower - upper, 0), axis=1)
        union = areas[best] + areas[order] - shared
        overlaps = shared > iou * union
        order = order[~(overlaps & (classes[order] == classes[best]))]
    return np.array(kept, dtype=np.intp)


def corners(centres: Floats) -> Floats:
    """Boxes of shape (n, 4) from cx, cy, w, h to x0, y0, x1, y1."""
    half = centres[:, 2:] / 2
    return np.concatenate([centres[:, :2] - half, centres[:, :2] + half], axis=1)
