"""`object-detection` of SSD's kin: boxes in one output, scores or classes in others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, unexpected
from ailab.services.inference.tasks.detected_boxes import (
    MIN_SCORE,
    best_apart,
    check_boxes,
    detections,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_MAX_CLASSES = 65_536
_SCORES = ("score", "conf", "prob")
_ROUNDING = 1e-3  # of float16 networks whose softmax is inside
_LARGEST_SHARE = 4.0
"""Boxes reach beyond the picture, but not by several of it; pixels are far larger."""


def decode_ssd(outputs: Outputs, decoding: Decoding) -> Detections:
    """Boxes of shape (1, n, 4), two corners each, and what lies in them.

    Either a probability per class, (1, n, classes): of each class those that overlap are thinned
    out. Or finished detections, a class number and a score each, (1, n) and (1, n), as
    torchvision's and TensorFlow's exports give. The batch may lack. Where no box that scores
    reaches beyond 4, boxes are shares of the input, else its pixels. What is named `raw…`, and
    how many detections there are, is not read: what is filled up scores 0.

    Raises:
        ModelFileError: other outputs, scores that are no probabilities, or finished detections
            whose sides are negative.
    """
    found = _without_batch(outputs)
    fours = [name for name, v in found.items() if v.ndim == 2 and v.shape[1] == 4]
    if not fours:
        raise unexpected(outputs, "boxes of 4 numbers")
    chosen = _naming(fours, ("box",)) or fours[0]
    boxes = found.pop(chosen)
    columns = {n: v for n, v in found.items() if v.shape == boxes.shape[:1] and "anchor" not in n}
    tables = {n: v for n, v in found.items() if v.ndim == 2 and len(v) == len(boxes)}
    if len(columns) >= 2:
        classes, scores = _classes_and_scores(columns)
        rows = np.arange(len(boxes))
    elif tables:
        by_class = tables[_naming(list(tables), _SCORES) or next(iter(tables))].astype(np.float32)
        rows, classes = np.nonzero(by_class >= MIN_SCORE)
        scores = by_class[rows, classes]
        _check(by_class, outputs)
    else:
        raise unexpected(outputs, "scores, or classes and scores, as many as boxes")
    _check(scores, outputs)
    first = 1 if decoding.settings.has_background else 0
    kept = (scores >= MIN_SCORE) & (classes >= first) & (classes < _MAX_CLASSES)
    classes, scores = classes[kept].astype(np.int64) - first, scores[kept]
    placed = _pixels(boxes[rows[kept]].astype(np.float32), decoding)
    if len(columns) >= 2:
        check_boxes(placed, scores, outputs)
    else:
        apart = best_apart(placed, scores, classes, decoding.settings.nms_iou)
        placed, scores, classes = placed[apart], scores[apart], classes[apart]
    return detections(placed, scores, classes, decoding)


def _pixels(boxes: Floats, decoding: Decoding) -> Floats:
    """x0, y0, x1, y1 in pixels of the network's input."""
    if decoding.settings.box_order == "yxyx":
        boxes = boxes[:, [1, 0, 3, 2]]
    if np.abs(boxes).max(initial=0) <= _LARGEST_SHARE:
        placement = decoding.placement
        boxes = boxes * np.array([placement.input_width, placement.input_height] * 2, np.float32)
    return boxes


def _classes_and_scores(
    columns: dict[str, npt.NDArray[Any]],
) -> tuple[npt.NDArray[Any], Floats]:
    """Told by their names or types; else the whole numbers are the classes, and come first."""
    names = list(columns)
    classes = (
        _naming(names, ("label", "class"))
        or next((name for name in names if columns[name].dtype.kind in "iu"), None)
        or next((name for name in names if _is_whole(columns[name])), names[0])
    )
    others = [name for name in names if name != classes]
    scores = _naming(others, _SCORES) or others[0]
    return columns[classes], columns[scores].astype(np.float32)


def _naming(names: Sequence[str], words: Sequence[str]) -> str | None:
    fitting = (name for name in names if any(word in name.lower() for word in words))
    return next(fitting, None)


def _is_whole(values: npt.NDArray[Any]) -> bool:
    return bool((values == np.round(values)).all())


def _without_batch(outputs: Outputs) -> dict[str, npt.NDArray[Any]]:
    """All but the raw ones; the batch is left out where the boxes have one."""
    read = {name: v for name, v in outputs.items() if not name.lower().startswith("raw")}
    if not any(v.ndim == 3 and v.shape[0] == 1 and v.shape[2] == 4 for v in read.values()):
        return read
    return {name: v[0] for name, v in read.items() if v.ndim and v.shape[0] == 1}


def _check(scores: npt.NDArray[Any], outputs: Outputs) -> None:
    if scores.size and (scores.min() < -_ROUNDING or scores.max() > 1 + _ROUNDING):
        raise unexpected(outputs, "scores from 0 to 1")
