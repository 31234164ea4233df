"""A depth map, unpacked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ailab.services.inference.predictions import DepthMap, DepthScale

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FARTHEST, NEAREST = 0, 255
"""The levels of what is farthest away and nearest in a picture."""


# Compared by identity: to compare megabytes at each change of a state would be felt.
@dataclass(frozen=True, slots=True, eq=False)
class DepthLevels:
    """What a depth map says of each pixel, for drawing it and looking at points.

    Attributes:
        width: of the map, in pixels.
        height: of the map.
        levels: `width * height` bytes, rows from the top: 0 for what is farthest away, 255 for
            what is nearest, linear in the map's own numbers.
        depth: the map's own numbers, `width * height` of them.
    """

    width: int
    height: int
    levels: bytes = field(repr=False)
    depth: memoryview[float] = field(repr=False)

    @classmethod
    def of(cls, prediction: DepthMap) -> DepthLevels:
        """Unpack a map; not on the event loop.

        Raises:
            PixelMapError: the map is damaged or not of the prediction's size.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        kept = bytearray(prediction.width * prediction.height * 4)
        depth = np.frombuffer(kept, np.float32)
        levels, place = bytearray(), 0
        for values in prediction.depth.strips():
            depth[place : place + values.size] = values.reshape(-1)
            place += values.size
            levels += (nearness(values, prediction) * NEAREST + 0.5).astype("u1").tobytes()
        numbers = memoryview(kept).toreadonly().cast("f")
        return cls(prediction.width, prediction.height, bytes(levels), numbers)


def nearness(values: npt.NDArray[np.float32], prediction: DepthMap) -> npt.NDArray[np.float32]:
    """How near each pixel is between the farthest (0) and the nearest (1) of a prediction.

    Linear in the network's numbers; what interpolation put beyond them is brought back. 0
    everywhere where all are equal.
    """
    extent = prediction.maximum - prediction.minimum
    if not extent > 0:
        return values * 0
    share = ((values - prediction.minimum) / extent).clip(0, 1)
    return share if prediction.scale is DepthScale.INVERSE else 1 - share
