"""What a sheet says of heads on grids: their strides, and their anchors."""

from __future__ import annotations

from typing import Any

from ailab.services.inference.sheet_draft import MOST_ANCHOR, MOST_STRIDE, USES_STRIDES
from ailab.services.inference.sheet_field import SheetObject
from ailab.services.inference.yolo_anchors import USES_ANCHORS, usual_anchors

LEAST_ANCHOR = 0.001


def head_settings(sheet: SheetObject, decoder: str) -> dict[str, Any]:
    """The fields of a decoder that reads grids; none of another.

    Raises:
        ModelFileError: they are of the wrong type or out of range, or there is not the same number
            of anchors for each stride.
    """
    if decoder not in USES_STRIDES:
        return {}
    strides = sheet.integers("strides", 1, MOST_STRIDE, (8, 16, 32))
    if decoder not in USES_ANCHORS:
        return {"strides": strides}
    count = len(strides)
    usual = usual_anchors(decoder, count)
    anchors = sheet.numbers("anchors", LEAST_ANCHOR, MOST_ANCHOR, usual)
    if len(anchors) % (2 * count):
        raise sheet.wrong("anchors", f"width and height of as many for each of the {count} strides")
    return {"strides": strides, "anchors": anchors}
