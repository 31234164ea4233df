"""`object-detection` in transformers' way: a fixed number of queries, `logits` and `pred_boxes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, output, sigmoid, softmax, unexpected
from ailab.services.inference.tasks.detected_boxes import (
    MIN_SCORE,
    check_boxes,
    corners,
    detections,
)

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_QUAD = 10
_SIGMOID = "sigmoid"
_NAMES = (("logits", "pred_boxes"), ("labels", "dets"))
"""What scores and boxes are called, by transformers' exporters and by RF-DETR's own."""
_LARGEST_SHARE = 4.0
"""Boxes reach beyond the picture, but not by several of it; pixels are far larger."""


def decode_detr(outputs: Outputs, decoding: Decoding) -> Detections:
    """Queries to boxes, as `post_process_object_detection` of transformers' processors does.

    With a no-object class (DETR, YOLOS): softmax, the last class dropped, the best class of each
    query. Without (RT-DETR, D-FINE, Deformable DETR): sigmoid, then the best of all pairs of
    query and class: as many as there are queries, or 100. Where the activation is `sigmoid`, that
    is done whatever the number of classes.

    Args:
        outputs: `logits` of shape (1, queries, classes) and `pred_boxes` of shape (1, queries,
            4): cx, cy, w, h as shares of the input; or (1, queries, 10) with four corners, as
            PP-DocLayoutV4 gives them, of which the box around them is told. The same as `labels`
            and `dets`, as RF-DETR's exporter calls them.
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs; where the activation is `sigmoid`, also negative sizes, and
            boxes in pixels.
    """
    names = next((pair for pair in _NAMES if outputs.keys() >= set(pair)), None)
    if names is None or any(outputs[name].ndim != 3 for name in names):
        raise unexpected(outputs, "logits and pred_boxes, or labels and dets, in three dimensions")
    logits, boxes = (output(outputs, name, 2) for name in names)
    if boxes.shape == (logits.shape[0], _QUAD):
        boxes = _around(boxes)
    if boxes.shape != (logits.shape[0], 4):
        raise unexpected(outputs, "four numbers per box, and as many boxes as scores")
    decoding.check_class_count(logits.shape[1], 0, 1)
    is_sigmoid = decoding.settings.activation == _SIGMOID
    if not is_sigmoid and _has_no_object(logits.shape[1], decoding):
        probabilities = softmax(logits)[:, :-1]
        if probabilities.shape[1] == 0:
            raise unexpected(outputs, "more than one class")
        classes, scores = probabilities.argmax(axis=1), probabilities.max(axis=1)
    else:
        flat = sigmoid(logits).reshape(-1)
        count = decoding.settings.best_pairs or logits.shape[0]
        best = np.argsort(-flat, kind="stable")[:count]
        queries, classes = np.divmod(best, logits.shape[1])
        scores, boxes = flat[best], boxes[queries]
    size = np.array([decoding.placement.input_width, decoding.placement.input_height] * 2)
    placed = corners(boxes) * size.astype(np.float32)
    if is_sigmoid:
        if np.abs(boxes[scores >= MIN_SCORE]).max(initial=0) > _LARGEST_SHARE:
            raise unexpected(outputs, "boxes as shares of the input")
        check_boxes(placed, scores, outputs)
    return detections(placed, scores, classes, decoding)


def _around(quads: Floats) -> Floats:
    """The boxes around quadrilaterals: cx, cy, and x and y of four corners from there, plus 1/2.

    As `_quad_to_corners` of transformers' PP-DocLayoutV4 image processor.
    """
    points = quads[:, None, :2] + (quads[:, 2:].reshape(-1, 4, 2) - np.float32(0.5))
    first, last = points.min(axis=1), points.max(axis=1)
    return np.concatenate([(first + last) / 2, last - first], axis=1)


def _has_no_object(classes: int, decoding: Decoding) -> bool:
    """The number of classes tells; the model's type where it does not.

    Of numbers that leave some out the names count first: transformers' networks have as many.
    """
    for promised in (decoding.settings.class_count, len(decoding.labels)):
        if promised is not None and classes in {promised, promised + 1}:
            return classes > promised
    return decoding.settings.has_no_object is not False
