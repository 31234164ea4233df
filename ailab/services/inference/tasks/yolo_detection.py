"""`object-detection` of the YOLO family's common exports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.decoding import Decoding, output, unexpected
from ailab.services.inference.tasks.detected_boxes import (
    MIN_SCORE,
    best_apart,
    check_boxes,
    corners,
    detections,
)
from ailab.services.inference.tasks.yolo_heads import yolox_rows
from ailab.services.inference.yolo_heads import grid_heads

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_MOST_CLASSES = 65_535


def decode_yolox(outputs: Outputs, decoding: Decoding) -> Detections:
    """Rows of undecoded cx, cy, w, h, objectness, classes; one row per cell of each stride's grid.

    Centres are offsets in cells, sizes are logarithms of cells (YOLOX, `demo_postprocess`). The
    rows may also come as a map for each stride, (1, 5 + classes, h, w).

    Raises:
        ModelFileError: not as many rows as the grids have cells.
    """
    heads = grid_heads([values.shape[1:] for values in outputs.values()])
    rows = output(outputs, None, 2) if heads is None else yolox_rows(outputs, heads)
    placement = decoding.placement
    cells, sizes = [], []
    for stride in decoding.settings.strides:
        height, width = placement.input_height // stride, placement.input_width // stride
        y, x = np.mgrid[:height, :width]
        cells.append(np.stack([x.ravel(), y.ravel()], axis=1))
        sizes.append(np.full((height * width, 1), stride))
    grid = np.concatenate(cells).astype(np.float32)
    stride_of = np.concatenate(sizes).astype(np.float32)
    if rows.shape[0] != len(grid) or rows.shape[1] < 6:
        strides = ", ".join(map(str, decoding.settings.strides))
        size = f"{placement.input_width} × {placement.input_height}"
        gives = f"as strides {strides} give for an input of {size} (check both)"
        raise unexpected(outputs, f"{len(grid)} rows of at least 6 numbers, {gives}")
    centres = (rows[:, :2] + grid) * stride_of
    lengths = np.exp(np.minimum(rows[:, 2:4], 20)) * stride_of
    return _apart(np.concatenate([centres, lengths], axis=1), _joint(rows), decoding)


def decode_yolo_rows(outputs: Outputs, decoding: Decoding) -> Detections:
    """Rows of cx, cy, w, h in pixels of the input, objectness, classes: (1, n, 5 + classes).

    Raises:
        ModelFileError: another shape.
    """
    rows = output(outputs, None, 2)
    if rows.shape[1] < 6:
        raise unexpected(outputs, "rows of at least 6 numbers")
    return _apart(rows[:, :4], _joint(rows), decoding)


def decode_yolo_class_rows(outputs: Outputs, decoding: Decoding) -> Detections:
    """Rows of cx, cy, w, h in pixels of the input, then classes: (1, n, 4 + classes).

    Raises:
        ModelFileError: another shape, negative sizes, or scores that are no probabilities.
    """
    rows = output(outputs, None, 2)
    if rows.shape[1] < 5:
        raise unexpected(outputs, "rows of at least 5 numbers")
    check_boxes(corners(rows[:, :4]), rows[:, 4:].max(axis=1), outputs)
    return _apart(rows[:, :4], rows[:, 4:], decoding)


def decode_yolo_columns(outputs: Outputs, decoding: Decoding) -> Detections:
    """Columns of cx, cy, w, h in pixels of the input, then classes: (1, 4 + classes, n).

    Raises:
        ModelFileError: another shape.
    """
    columns = output(outputs, None, 2)
    if columns.shape[0] < 5:
        raise unexpected(outputs, "columns of at least 5 numbers")
    rows = np.ascontiguousarray(columns.T)
    return _apart(rows[:, :4], rows[:, 4:], decoding)


def decode_box_rows(outputs: Outputs, decoding: Decoding) -> Detections:
    """Rows of x0, y0, x1, y1 in pixels of the input, score, class; nothing overlaps.

    Args:
        outputs: one of shape (1, n, 6), or the only one, of shape (n, 6); or (1, n, 5) and the
            classes in another one, (1, n), as mmdeploy's exporter gives them; or the only one, of
            shape (n, 7): number of the picture, x0, y0, x1, y1, class, score, as that of YOLO v7
            gives them. There may be no rows.
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: another shape, rows of several pictures, negative sizes or classes, or
            scores that are no probabilities.
    """
    rows = _box_rows(outputs).astype(np.float32, copy=False)
    scores, classes = rows[:, 4], rows[:, 5] if rows.shape[1] > 5 else _classes(outputs, len(rows))
    if rows.shape[1] == 7:
        if rows[:, 0].any():
            raise unexpected(outputs, "rows of one picture, whose number is 0")
        rows, classes, scores = rows[:, 1:], rows[:, 5], rows[:, 6]
    told = scores >= MIN_SCORE
    if ((classes[told] < -0.5) | (classes[told] > _MOST_CLASSES)).any():
        raise unexpected(outputs, "numbers of classes, from 0 on")
    check_boxes(rows[:, :4], scores, outputs)
    whole = np.clip(np.rint(classes), 0, _MOST_CLASSES).astype(np.int64)
    return detections(rows[:, :4], scores, whole, decoding)


def _box_rows(outputs: Outputs) -> npt.NDArray[Any]:
    """The output that holds the boxes, without its batch: 5, 6 or 7 numbers in a row."""
    first = next(iter(outputs.values()))
    if len(outputs) == 1 and first.ndim == 2 and first.shape[1] in {6, 7}:
        return first
    tables = (v[0] for v in outputs.values() if v.ndim == 3 and v.shape[0] == 1)
    rows: npt.NDArray[Any] | None = next((v for v in tables if v.shape[1] in {5, 6}), None)
    if rows is None:
        raise unexpected(outputs, "rows of 6 numbers (or of 5 beside classes, or n × 7)")
    return rows


def _classes(outputs: Outputs, count: int) -> npt.NDArray[Any]:
    """A number for each row, in an output of its own."""
    for values in outputs.values():
        if values.shape == (1, count):
            numbers: npt.NDArray[Any] = values[0]
            return numbers
    raise unexpected(outputs, "a class for each row of 5 numbers")


def _joint(rows: Floats) -> Floats:
    """Class probability times objectness."""
    return rows[:, 5:] * rows[:, 4:5]


def _apart(centres: Floats, by_class: Floats, decoding: Decoding) -> Detections:
    boxes = corners(centres)
    scores, classes = by_class.max(axis=1), by_class.argmax(axis=1)
    kept = best_apart(boxes, scores, classes, decoding.settings.nms_iou)
    return detections(boxes[kept], scores[kept], classes[kept], decoding)
