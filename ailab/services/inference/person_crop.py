"""What a top-down pose network sees of a thing: the box around it, with a margin, warped to size.

To the letter as the Pillow image processor of ViTPose in transformers makes it
(`image_processing_pil_vitpose.py`: `box_to_center_and_scale`, `get_warp_matrix`,
`scipy_warp_affine`), whose affine transform is SciPy's of the first order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.preprocess import preprocess

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.preprocessing import Preprocessing

_MARGIN = 1.25
_UNIT = 200.0
"""Scales are told in units of so many pixels."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PersonCrop:
    """The part of a picture that a network sees, in the shape of its input.

    Attributes:
        centre: x and y in pixels of the picture, float32.
        scale: width and height in units of 200 pixels, float32.
    """

    centre: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]

    @classmethod
    def around(cls, box: Box, width: int, height: int) -> PersonCrop:
        """The crop around a box, grown to the shape of an input of `width` × `height` pixels.

        Args:
            box: `xyxy` in pixels of the picture.
            width: of the network's input.
            height: of the network's input.
        """
        across, down = max(1.0, box[2] - box[0]), max(1.0, box[3] - box[1])
        centre = np.array([box[0] + across * 0.5, box[1] + down * 0.5], np.float32)
        shape = width / height
        if across > shape * down:
            down = across * 1.0 / shape
        elif across < shape * down:
            across = down * shape
        scale = np.array([across / _UNIT, down / _UNIT], np.float32) * np.float32(_MARGIN)
        return cls(centre, scale)

    def prepared(
        self, pixels: npt.NDArray[np.uint8], width: int, height: int, how: Preprocessing
    ) -> tuple[npt.NDArray[np.float32], Placement]:
        """The crop as the network's input, shape (1, 3, height, width), and where it lies there.

        Args:
            pixels: the picture, uint8, shape (rows, columns, 3).
            width: of the network's input.
            height: of the network's input.
            how: what is done to its values.
        """
        return preprocess(self.cut(pixels, width, height), how)

    def cut(self, pixels: npt.NDArray[np.uint8], width: int, height: int) -> npt.NDArray[np.uint8]:
        """The crop as uint8 of shape (height, width, 3), black where it leaves the picture.

        Args:
            pixels: the picture, uint8, shape (rows, columns, 3).
            width: of the network's input.
            height: of the network's input.
        """
        centre, extent = self.centre * 2.0, self.scale * np.float32(_UNIT)
        places = []
        for axis, length in enumerate((width, height)):
            factor = np.float64(length - 1.0) / extent[axis]
            offset = factor * (-0.5 * centre[axis] + 0.5 * extent[axis])
            # It goes by single precision there, and is turned round in double precision.
            matrix = np.array([[factor, offset], [0.0, 1.0]], np.float32).astype(np.float64)
            inverse = np.linalg.inv(matrix)
            places.append(inverse[0, 0] * np.arange(length) + inverse[0, 1])
        return _sampled(pixels, places[1], places[0])

    def to_picture(
        self, points: npt.NDArray[np.float32], height: int, width: int
    ) -> npt.NDArray[np.float32]:
        """Points of a heat map of `height` × `width` as points of the picture; shape (k, 2)."""
        extent = self.scale * np.float32(_UNIT)
        step = extent / np.array([width - 1.0, height - 1.0], np.float32)
        placed: npt.NDArray[np.float32] = np.ones_like(points)
        placed[:] = points * step + self.centre - extent * 0.5
        return placed


def _sampled(
    pixels: npt.NDArray[np.uint8], rows: npt.NDArray[np.float64], columns: npt.NDArray[np.float64]
) -> npt.NDArray[np.uint8]:
    """The picture at a grid of places, bilinear, rounded half up; 0 beyond the middle of its rim.

    The sums are made in SciPy's order, so that they round as SciPy's do.
    """
    top, bottom, down, is_row = _neighbours(rows, pixels.shape[0])
    left, right, across, is_column = _neighbours(columns, pixels.shape[1])
    total = np.zeros((len(rows), len(columns), 3))
    for row, row_weight in ((top, 1 - down), (bottom, down)):
        for column, column_weight in ((left, 1 - across), (right, across)):
            part = pixels[row[:, None], column] * row_weight[:, None, None]
            total += part * column_weight[:, None]
    total[~is_row] = 0
    total[:, ~is_column] = 0
    return np.minimum(total + 0.5, 255).astype(np.uint8)


def _neighbours(
    places: npt.NDArray[np.float64], length: int
) -> tuple[
    npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float64], npt.NDArray[np.bool_]
]:
    """The pixels before and after each place, how far it is between them, and if it is inside."""
    is_inside = (places >= 0) & (places <= length - 1)
    inside = np.where(is_inside, places, 0.0)
    before = np.floor(inside).astype(np.intp)
    return before, np.minimum(before + 1, length - 1), inside - before, is_inside
