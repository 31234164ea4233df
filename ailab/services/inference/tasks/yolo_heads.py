"""`object-detection` of YOLO's heads, where the network leaves their arithmetic to the caller.

Sources: `Detect` of ultralytics/yolov5 (`models/yolo.py`), the `[yolo]` layer of AlexeyAB/darknet
(`yolo_layer.c`, `get_yolo_box`), and the samples of airockchip/rknn_model_zoo for YOLO v5 to v11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.tasks.decoding import (
    Decoding,
    probabilities_of,
    softmax,
    unexpected,
)
from ailab.services.inference.tasks.detected_boxes import (
    MIN_SCORE,
    best_apart,
    check_boxes,
    corners,
    detections,
)
from ailab.services.inference.yolo_anchors import V3_HEADS, V4_HEADS
from ailab.services.inference.yolo_heads import AnchorHeads, anchor_heads, distance_heads

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Detections
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_LARGEST = 60.0
"""No trained network gives logits beyond it; pixels are far larger."""
_TINY = 2
_SCALES = {8: 1.2, 16: 1.1, 32: 1.05}
"""How far darknet's YOLO v4 lets centres leave their cells (`scale_x_y`); 1.05 of its tiny one."""


def decode_yolo_anchor_heads(outputs: Outputs, decoding: Decoding) -> Detections:
    """Rows of x, y, w, h, objectness, classes for each anchor of each cell, undecoded.

    With s for the sigmoid, and for cell c, stride d and anchor a: YOLO v5 and v7 have their centres
    at (2 s(x) - 0.5 + c) d and sizes of (2 s(w))² a; v3 has (s(x) + c) d and exp(w) a, v4 the
    same with centres that may lie a little beyond the cell. Where the network ends in the sigmoid
    the numbers tell: none lies beyond 0 and 1.

    Args:
        outputs: one for each stride, in any order: (1, anchors × columns, h, w), (1, anchors, h, w,
            columns) or their like with what a cell holds last.
        decoding: the classes, strides and anchors, and where the picture lies.

    Raises:
        ModelFileError: other outputs, or numbers that are decoded already.
    """
    settings, grids = decoding.settings, _grids(decoding)
    anchors = np.array(settings.anchors, np.float32).reshape(len(settings.strides), -1, 2)
    per_cell = anchors.shape[1]
    arrays = list(outputs.values())
    heads = anchor_heads(_shapes(arrays), per_cell)
    if heads is None or heads.grids != grids:
        raise unexpected(outputs, _expected(decoding, f"{per_cell} rows a cell"))
    rows = [_rows(arrays[number], heads, per_cell) for number in heads.outputs]
    values = np.concatenate(rows)
    if np.abs(values[:, :4]).max(initial=0) > _LARGEST:
        raise unexpected(outputs, "heads that are not decoded yet: there are pixels in them")
    scores = probabilities_of(values[:, 4:], outputs)
    by_class = scores[:, 1:] * scores[:, :1]
    told = np.flatnonzero(by_class.max(axis=1) >= MIN_SCORE)
    cells = np.concatenate([np.tile(_cells(*grid), (per_cell, 1)) for grid in grids])[told]
    sizes = np.concatenate(
        [np.repeat(each, len(r) // per_cell, axis=0) for each, r in zip(anchors, rows, strict=True)]
    )[told]
    if settings.name in {V3_HEADS, V4_HEADS}:
        inner: npt.NDArray[Any] = probabilities_of(values[:, :2], outputs)[told]
        if settings.name == V4_HEADS:
            scale = _of_rows(_scales(settings.strides), rows)[told]
            inner = inner * scale - (scale - 1) / 2
        lengths = np.exp(np.minimum(values[told, 2:4], 20)) * sizes
    else:
        shares = probabilities_of(values[:, :4], outputs)[told]
        inner, lengths = shares[:, :2] * 2 - 0.5, (shares[:, 2:] * 2) ** 2 * sizes
    centres = (inner + cells) * _of_rows(settings.strides, rows)[told]
    boxes = corners(np.concatenate([centres, lengths], axis=1))
    return _apart(boxes, by_class[told], decoding)


def decode_yolo_distance_heads(outputs: Outputs, decoding: Decoding) -> Detections:
    """Distances from the middle of each cell to the box's four sides, and a score per class.

    Distances are in cells, left, top, right, bottom: of YOLO v8 and later each the mean of 16
    places by their softmax, of which the network gives the logits; v6 gives the distances.

    Args:
        outputs: for each stride (1, 64 + classes, h, w), or (1, 64, h, w) or (1, 4, h, w) and
            (1, classes, h, w); the sum of the scores beside them, (1, 1, h, w), is not read.
            Channels may stand last. Scores are probabilities, or logits where some lie beyond.
        decoding: the classes and strides, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    settings, grids = decoding.settings, _grids(decoding)
    arrays = list(outputs.values())
    heads = distance_heads(_shapes(arrays))
    if heads is None or heads.grids != grids:
        raise unexpected(outputs, _expected(decoding, "64 numbers and a score per class a cell"))
    rows = [_cell_rows(values, is_last=heads.is_last) for values in arrays]
    width = 4 * heads.bins
    spread = np.concatenate([rows[number][:, :width] for number in heads.boxes])
    is_joint = heads.boxes == heads.scores
    logits = np.concatenate([rows[n][:, width:] if is_joint else rows[n] for n in heads.scores])
    by_class = probabilities_of(logits, outputs)
    told = np.flatnonzero(by_class.max(axis=1) >= MIN_SCORE)
    steps = spread[told].reshape(len(told), 4, heads.bins)
    places = np.arange(heads.bins, dtype=np.float32)
    distances = (softmax(steps) * places).sum(axis=-1) if heads.bins > 1 else steps[..., 0]
    middles = np.concatenate([_cells(*grid) for grid in grids])[told] + 0.5
    sides = np.concatenate([middles - distances[:, :2], middles + distances[:, 2:]], axis=1)
    boxes = sides * _of_rows(settings.strides, [rows[number] for number in heads.boxes])[told]
    check_boxes(boxes, by_class[told].max(axis=1, initial=0), outputs)
    return _apart(boxes, by_class[told], decoding)


def yolox_rows(outputs: Outputs, heads: AnchorHeads) -> Floats:
    """YOLOX's heads, (1, 5 + classes, h, w) each, as the rows that its whole export gives.

    Objectness and classes become probabilities where they are logits.
    """
    arrays = list(outputs.values())
    rows = np.concatenate([_cell_rows(arrays[n], is_last=False) for n in heads.outputs])
    return np.concatenate([rows[:, :4], probabilities_of(rows[:, 4:], outputs)], axis=1)


def _shapes(arrays: Sequence[npt.NDArray[Any]]) -> list[tuple[int | None, ...]]:
    """Without the batch; one of several pictures has no shape that any head has."""
    return [values.shape[1:] if values.shape[:1] == (1,) else () for values in arrays]


def _grids(decoding: Decoding) -> tuple[tuple[int, int], ...]:
    placement = decoding.placement
    return tuple(
        (placement.input_height // stride, placement.input_width // stride)
        for stride in decoding.settings.strides
    )


def _expected(decoding: Decoding, what: str) -> str:
    strides = ", ".join(map(str, decoding.settings.strides))
    size = f"{decoding.placement.input_width} × {decoding.placement.input_height}"
    return f"heads of {what}, on the grids of strides {strides} of an input of {size} (check both)"


def _rows(values: npt.NDArray[Any], heads: AnchorHeads, per_cell: int) -> Floats:
    """A head as rows in the order of anchors, rows and columns of cells."""
    axes, head = list(heads.axes), values[0]
    if "ac" in axes:
        place = axes.index("ac")
        axes[place : place + 1] = ["a", "c"]
        head = head.reshape(*head.shape[:place], per_cell, heads.columns, *head.shape[place + 1 :])
    turned = head.transpose([axes.index(each) for each in ("a", "h", "w", "c")])
    rows: Floats = turned.reshape(-1, heads.columns).astype(np.float32)
    return rows


def _cell_rows(values: npt.NDArray[Any], *, is_last: bool) -> Floats:
    head = values[0] if is_last else values[0].transpose(1, 2, 0)
    rows: Floats = head.reshape(-1, head.shape[-1]).astype(np.float32)
    return rows


def _cells(height: int, width: int) -> Floats:
    """Column and row of each cell, shape (height × width, 2)."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def _scales(strides: Sequence[int]) -> list[float]:
    usual = _SCALES if len(strides) > _TINY else {}
    return [usual.get(stride, 1.05) for stride in strides]


def _of_rows(numbers: Sequence[float], rows: Sequence[Floats]) -> Floats:
    """A head's number for each of its rows, shape (all rows, 1)."""
    repeated = np.repeat(np.array(numbers, np.float32), [len(each) for each in rows])
    return repeated[:, None]


def _apart(boxes: Floats, by_class: Floats, decoding: Decoding) -> Detections:
    if not len(boxes):
        return detections(boxes, np.zeros(0, np.float32), np.zeros(0, np.int64), decoding)
    scores, classes = by_class.max(axis=1), by_class.argmax(axis=1)
    kept = best_apart(boxes, scores, classes, decoding.settings.nms_iou)
    return detections(boxes[kept], scores[kept], classes[kept], decoding)
