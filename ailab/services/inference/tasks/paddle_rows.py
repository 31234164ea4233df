"""`object-detection` of PaddleDetection's exports: finished boxes in the picture's own pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, unexpected
from ailab.services.inference.tasks.detected_boxes import MIN_SCORE, check_boxes, detections

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Outputs

_COLUMNS = 6
_MOST_CLASSES = 65_535


def decode_paddle_rows(outputs: Outputs, decoding: Decoding) -> Detections:
    """Rows of class, score, x0, y0, x1, y1; a class below 0 means that there is nothing.

    Args:
        outputs: one of shape (n, 6), and how many rows count, one whole number, or none.
        decoding: the classes, and by how much the picture was stretched.

    Raises:
        ModelFileError: other outputs, or scores, sides or classes that are none.
    """
    found = (values for values in outputs.values() if values.ndim == 2)
    rows = next((values for values in found if values.shape[1] == _COLUMNS), None)
    if rows is None:
        raise unexpected(outputs, "rows of 6 numbers: class, score, box")
    rows = rows[: _count(outputs, len(rows))].astype(np.float32, copy=False)
    classes, scores = rows[:, 0], rows[:, 1]
    is_there = (classes > -0.5) & (scores >= MIN_SCORE)
    if (classes[is_there] > _MOST_CLASSES).any():
        raise unexpected(outputs, "numbers of classes")
    placement = decoding.placement  # which brings them back to the picture
    scale = np.array([placement.scale_x, placement.scale_y] * 2, np.float32)
    boxes = rows[is_there, 2:] * scale
    check_boxes(boxes, scores[is_there], outputs)
    whole = np.rint(classes[is_there]).astype(np.int64)
    return detections(boxes, scores[is_there], whole, decoding)


def _count(outputs: Outputs, most: int) -> int:
    """How many rows count, where an output says it; they are filled up in some exports."""
    for values in outputs.values():
        if values.dtype.kind in "iu" and values.size == 1:
            number: npt.NDArray[Any] = values.reshape(-1)
            return max(0, min(most, int(number[0])))
    return most
