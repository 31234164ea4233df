"""`zero-shot-object-detection`: boxes for labels that a person typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.network import check_finite
from ailab.services.inference.tasks.decoding import Decoding, output, sigmoid, unexpected
from ailab.services.inference.tasks.detected_boxes import (
    MAX_DETECTIONS,
    MIN_SCORE,
    best_apart,
    corners,
    detections,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_TASK_IOU = 0.5


def decode_label_boxes(outputs: Outputs, decoding: Decoding) -> Detections:
    """Every pair of a query and a label that scores enough, as transformers' pipeline has it.

    That pipeline asks for one label at a time, so that a box may be found under several labels.

    Args:
        outputs: `logits` of shape (1, queries, labels) and `pred_boxes` of shape (1, queries,
            4): cx, cy, w, h as shares of the input.
        decoding: the labels, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    scores, boxes = _label_scores(outputs, decoding)
    kept = np.flatnonzero(scores >= MIN_SCORE)
    kept = kept[np.argsort(-scores[kept], kind="stable")][:MAX_DETECTIONS]
    queries, labels = np.divmod(kept, len(decoding.labels))
    return detections(_in_input(boxes[queries], decoding), scores[kept], labels, decoding)


def decode_task_boxes(outputs: Outputs, decoding: Decoding) -> Detections:
    """The best pairs of a query and a label, one for each thing, as OmDet-Turbo's processor does.

    As `post_process_grounded_object_detection` of transformers' `OmDetTurboProcessor`: as many
    pairs as there are queries; of two boxes of a label that overlap by more than one half the
    better one is kept; what leaves the picture is cut off.

    Args:
        outputs: as for `decode_label_boxes`.
        decoding: as there.

    Raises:
        ModelFileError: other outputs.
    """
    scores, boxes = _label_scores(outputs, decoding)
    best = np.argsort(-scores, kind="stable")[: len(boxes)]
    queries, labels = np.divmod(best, len(decoding.labels))
    placed, scores = _in_input(boxes[queries], decoding), scores[best]
    kept = best_apart(placed, scores, labels, _TASK_IOU)
    place = decoding.placement
    shown = np.array([place.width * place.scale_x, place.height * place.scale_y] * 2, np.float32)
    return detections(np.clip(placed[kept], 0, shown), scores[kept], labels[kept], decoding)


def decode_phrase_boxes(
    outputs: Outputs, owners: npt.NDArray[np.intp], decoding: Decoding
) -> Detections:
    """Queries to boxes as `post_process_grounded_object_detection` of Grounding DINO does.

    A box scores as its best token does. Its label is the one whose tokens score best: transformers
    writes the tokens above a threshold one after the other instead, which may be half a label or
    two.

    Args:
        outputs: `logits` of shape (1, queries, tokens), -infinity where there is no token, and
            `pred_boxes` as for `decode_label_boxes`.
        owners: for each token of the text the index of its label, -1 for what stands between.
        decoding: the labels, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    logits, boxes = _logits_and_boxes(outputs)
    if logits.shape[1] < len(owners):
        raise unexpected(outputs, "one score per box and token")
    best = np.stack(
        [logits[:, np.flatnonzero(owners == label)].max(axis=1) for label in _labels(decoding)]
    )
    scores = sigmoid(logits.max(axis=1))
    return detections(_in_input(boxes, decoding), scores, best.argmax(axis=0), decoding)


def _labels(decoding: Decoding) -> range:
    return range(len(decoding.labels))


def _label_scores(outputs: Outputs, decoding: Decoding) -> tuple[Floats, Floats]:
    """The scores of all labels, query by query, shape (queries × labels,), and the boxes."""
    logits, boxes = _logits_and_boxes(outputs)
    count = len(decoding.labels)
    if logits.shape[1] < count:
        raise unexpected(outputs, "one score per box and label")
    return sigmoid(logits[:, :count]).reshape(-1), boxes


def _logits_and_boxes(outputs: Outputs) -> tuple[Floats, Floats]:
    if "logits" not in outputs or "pred_boxes" not in outputs:
        raise unexpected(outputs, "logits and pred_boxes")
    logits, boxes = output(outputs, "logits", 2), output(outputs, "pred_boxes", 2)
    if boxes.shape != (logits.shape[0], 4):
        raise unexpected(outputs, "four numbers per box, and as many boxes as scores")
    # Networks mark by -infinity what is not to be chosen; anything else is a fault.
    lowest = np.finfo(np.float32).min
    logits = np.where(np.isneginf(logits), lowest, logits)
    check_finite({"logits": logits, "pred_boxes": boxes})
    return logits, boxes


def _in_input(boxes: npt.NDArray[Any], decoding: Decoding) -> Floats:
    """Corners in pixels of the network's input."""
    size = np.array([decoding.placement.input_width, decoding.placement.input_height] * 2)
    placed: Floats = corners(boxes) * size.astype(np.float32)
    return placed
