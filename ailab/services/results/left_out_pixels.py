"""The pixels of pieces that are not counted, unpacked."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.inference.picture_result import PictureResult


# Compared by identity: to compare megabytes at each change of a state would be felt.
@dataclass(frozen=True, slots=True, eq=False)
class LeftOutPixels:
    """Where a segmentation has pieces that are too small to be counted, for drawing them.

    Attributes:
        result: whose they are.
        width: of the map, in pixels: that of the label map.
        height: of the map.
        pixels: `width * height` bytes, rows from the top: 1 where a piece is left out, else 0.
    """

    result: PictureResult
    width: int
    height: int
    pixels: bytes = field(repr=False)
