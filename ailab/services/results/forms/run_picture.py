"""The picture that a saved prediction is of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class RunPicture:
    """What a prediction's files are made with beside itself.

    Attributes:
        pixels: uint8, shape (height, width, 3), R, G, B.
        size: width and height of the upright picture, in pixels.
        threshold: confidence from which the run counts, 0 to 1.
        pieces_from: pixels from which a piece of a region is counted.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    size: tuple[int, int]
    threshold: float
    pieces_from: int
