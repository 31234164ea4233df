"""How good predictions are, measured against the truth; NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float32]
"""(n, 4): x0, y0, x1, y1."""


def mean_iou(confusion: npt.NDArray[np.int64]) -> tuple[float, list[float]]:
    """Mean intersection over union and each class's, from a (truth, prediction) pixel count."""
    overlap = np.diag(confusion).astype(float)
    union = confusion.sum(axis=0) + confusion.sum(axis=1) - overlap
    each = overlap / np.maximum(union, 1)
    return float(each.mean()), [float(value) for value in each]


def box_iou(first: Boxes, second: Boxes) -> npt.NDArray[np.float32]:
    """Intersection over union of each pair, (n, m)."""
    top_left = np.maximum(first[:, None, :2], second[None, :, :2])
    bottom_right = np.minimum(first[:, None, 2:], second[None, :, 2:])
    overlap = np.prod(np.clip(bottom_right - top_left, 0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None, :] - overlap
    return np.asarray(overlap / np.maximum(union, 1e-9), np.float32)


def average_precision(
    found: Sequence[tuple[Boxes, npt.NDArray[np.float32]]],
    truth: Sequence[Boxes],
    threshold: float = 0.5,
) -> float:
    """Area under the precision-recall curve of one class (all-point interpolation, as VOC 2010).

    Args:
        found: for each picture the boxes found and their scores.
        truth: for each picture the boxes that are there.
        threshold: the intersection over union from which on a box counts as found.
    """
    hits: list[tuple[float, bool]] = []
    for (boxes, scores), wanted in zip(found, truth, strict=True):
        free = np.ones(len(wanted), bool)
        for index in np.argsort(-scores, kind="stable"):
            overlaps = box_iou(boxes[index : index + 1], wanted)[0] * free
            best = int(overlaps.argmax()) if overlaps.size else 0
            is_hit = bool(overlaps.size and overlaps[best] >= threshold)
            if is_hit:
                free[best] = False
            hits.append((float(scores[index]), is_hit))
    hits.sort(key=lambda hit: -hit[0])
    right = np.cumsum([is_hit for _, is_hit in hits])
    total = sum(len(wanted) for wanted in truth)
    if not total or not hits:
        return 0.0
    precision = np.maximum.accumulate((right / np.arange(1, len(hits) + 1))[::-1])[::-1]
    recall = np.concatenate([[0.0], right / total])
    return float(np.sum(np.diff(recall) * precision))


def counting_error(found: Sequence[int], truth: Sequence[int]) -> float:
    """Mean absolute error of the count as a share of what there is to count."""
    pairs = zip(found, truth, strict=True)
    return sum(abs(f - t) for f, t in pairs) / max(1, sum(truth))
