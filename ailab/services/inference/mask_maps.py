"""Masks that may overlap, unpacked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ailab.services.inference.masks import Mask, Masks

_MOST_BYTES = 2**27


@dataclass(frozen=True, slots=True, eq=False)
class MaskMap:
    """A mask within its bounding box.

    Attributes:
        left: of the box, in pixels of the maps.
        top: of the box.
        width: of the box.
        height: of the box.
        inside: `width * height` bytes, rows from the top: 255 where the mask is, else 0.
    """

    left: int
    top: int
    width: int
    height: int
    inside: bytes = field(repr=False)

    def covers(self, column: int, row: int) -> bool:
        """True where the mask is at a pixel of the maps."""
        x, y = column - self.left, row - self.top
        is_within = 0 <= x < self.width and 0 <= y < self.height
        return is_within and self.inside[y * self.width + x] != 0


# Compared by identity: to compare megabytes at each change of a state would be felt.
@dataclass(frozen=True, slots=True, eq=False)
class MaskMaps:
    """Masks of a picture, for drawing them and looking at points.

    Attributes:
        width: of the maps, which cover the whole picture, in pixels.
        height: of them.
        masks: in the prediction's order.
    """

    width: int
    height: int
    masks: tuple[MaskMap, ...]

    @classmethod
    def of(cls, prediction: Masks) -> MaskMaps:
        """Unpack all masks, at a coarser scale where they would take more than 128 MB.

        Takes about a millisecond for a megapixel; not on the event loop.

        Raises:
            PixelMapError: a mask is damaged or not of its size.
        """
        total = sum(mask.inside.width * mask.inside.height for mask in prediction.items)
        step = max(1, math.ceil(math.sqrt(total / _MOST_BYTES)))
        return cls(
            math.ceil(prediction.width / step),
            math.ceil(prediction.height / step),
            tuple(_unpacked(mask, step) for mask in prediction.items),
        )


def _unpacked(mask: Mask, step: int) -> MaskMap:
    """Every `step`th pixel of a mask, counted from the picture's corner; at least one."""
    import numpy as np  # noqa: PLC0415 - the window appears without it

    size = mask.inside.height, mask.inside.width
    inside = np.frombuffer(mask.inside.unpack(), np.uint8).reshape(size)
    down, across = -mask.top % step, -mask.left % step
    down, across = (down if down < size[0] else 0), (across if across < size[1] else 0)
    thinned = inside[down::step, across::step]
    return MaskMap(
        (mask.left + across) // step,
        (mask.top + down) // step,
        thinned.shape[1],
        thinned.shape[0],
        thinned.tobytes(),
    )
