"""The anchors that the families of YOLO were trained with on COCO, in pixels.

Of each stride three boxes, width and height of each, the finest grid first. Sources: the model
files of the authors, `models/yolov5s.yaml` and `models/hub/yolov5s6.yaml` (ultralytics/yolov5),
`cfg/training/yolov7.yaml` (WongKinYiu/yolov7), `cfg/yolov3.cfg`, `cfg/yolov4.cfg` and their tiny
ones (AlexeyAB/darknet).
"""

from __future__ import annotations

Anchors = tuple[float, ...]
"""Widths and heights by turns."""

V5_ANCHORS: Anchors = (
    *(10, 13, 16, 30, 33, 23),
    *(30, 61, 62, 45, 59, 119),
    *(116, 90, 156, 198, 373, 326),
)
_V4: Anchors = (
    *(12, 16, 19, 36, 40, 28),
    *(36, 75, 76, 55, 72, 146),
    *(142, 110, 192, 243, 459, 401),
)
_V5_LARGE: Anchors = (
    *(19, 27, 44, 40, 38, 94),
    *(96, 68, 86, 152, 180, 137),
    *(140, 301, 303, 264, 238, 542),
    *(436, 615, 739, 380, 925, 792),
)
_V3_TINY: Anchors = (*(10, 14, 23, 27, 37, 58), *(81, 82, 135, 169, 344, 319))
_V4_TINY: Anchors = (*(23, 27, 37, 58, 81, 82), *(81, 82, 135, 169, 344, 319))

V3_HEADS, V4_HEADS, V5_HEADS, V8_HEADS = (
    "yolo-v3-heads",
    "yolo-v4-heads",
    "yolo-v5-heads",
    "yolo-v8-heads",
)
"""Decoders of heads that the network itself does not decode."""

USES_ANCHORS = frozenset({V3_HEADS, V4_HEADS, V5_HEADS})
"""Those of them whose boxes are reckoned from anchors."""

YOLO_HEADS = USES_ANCHORS | {V8_HEADS}

PER_CELL = 3
"""Anchors of a cell, in all of the families' own networks."""

_WHOSE = {
    V5_ANCHORS: "YOLO v5, v3 and v7-tiny",
    _V4: "YOLO v7 and v4",
    _V5_LARGE: "YOLO v5 and v7 for 1280 pixels",
    _V3_TINY: "YOLO v3-tiny",
    _V4_TINY: "YOLO v4-tiny",
}


def usual_anchors(decoder: str, strides: int = 3, *, is_seventh: bool = False) -> Anchors:
    """What a decoder's networks were trained with.

    Args:
        decoder: one of `USES_ANCHORS`; for another that of YOLO v5.
        strides: how many grids there are.
        is_seventh: it is YOLO v7, which shares its decoder with v5.
    """
    if strides == 2:
        return _V4_TINY if decoder == V4_HEADS else _V3_TINY
    if strides == 4:
        return _V5_LARGE
    return _V4 if decoder == V4_HEADS or is_seventh else V5_ANCHORS


def whose_anchors(anchors: Anchors) -> str:
    """Which networks were trained with them, in words; empty for a person's own."""
    return _WHOSE.get(anchors, "")
