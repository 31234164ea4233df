"""A drawn picture and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A picture whose content is known.

    Attributes:
        pixels: (height, width, 3), uint8, RGB.
        label_map: (height, width), uint8: a pixel's class, 0 for the background, class index
            plus one for objects.
        boxes: (n, 4), float32: x0, y0, x1, y1 in pixels.
        classes: (n,), int64: class indices.
        intensity: (height, width), float32, 0 to 1: the signal before colour, for pictures
            of a single channel; None for others.
    """

    pixels: npt.NDArray[np.uint8]
    label_map: npt.NDArray[np.uint8]
    boxes: npt.NDArray[np.float32]
    classes: npt.NDArray[np.int64]
    intensity: npt.NDArray[np.float32] | None = None
