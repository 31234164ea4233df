"""What Sapiens2 sees of a person: the box around it, with a margin, sampled to the input's size.

To the letter as its image processor in transformers makes it (`image_processing_sapiens2.py`:
`boxes_to_crop_params`, `crop_and_resize`): other than with ViTPose nothing is rounded, what is
enlarged is interpolated by cubic convolution, and the picture fades to black beyond its rim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.cubic_interpolation import cubic_weights
from ailab.services.inference.placement import Placement

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.person_crop import Box
    from ailab.services.inference.preprocessing import Preprocessing

    Floats = npt.NDArray[np.float32]
    Taps = tuple[npt.NDArray[np.intp], Floats]

_MARGIN = 1.25


@dataclass(frozen=True, slots=True)
class SapiensCrop:
    """The part of a picture that the network sees, in the shape of its input.

    Attributes:
        centre: x and y in pixels of the picture, float32.
        extent: width and height in pixels of the picture, float32.
    """

    centre: Floats
    extent: Floats

    @classmethod
    def around(cls, box: Box, width: int, height: int) -> SapiensCrop:
        """See `PersonCrop.around`."""
        size = np.maximum(1.0, [box[2] - box[0], box[3] - box[1]]).astype(np.float32)
        centre = np.array(box[:2], np.float32) + np.float32(0.5) * size
        across, down = size * np.float32(_MARGIN)
        shape = np.float32(width / height)
        is_wide = across > down * shape
        extent = (across, across / shape) if is_wide else (down * shape, down)
        return cls(centre, np.array(extent, np.float32))

    def prepared(
        self, pixels: npt.NDArray[np.uint8], width: int, height: int, how: Preprocessing
    ) -> tuple[Floats, Placement]:
        """See `PersonCrop.prepared`."""
        tensor = np.ascontiguousarray(np.moveaxis(self.cut(pixels, width, height), -1, 0))
        if how.rescale_factor is not None:
            tensor *= np.float32(how.rescale_factor)
        if how.mean is not None:
            tensor -= np.array(how.mean, np.float32)[:, None, None]
        if how.std is not None:
            tensor /= np.array(how.std, np.float32)[:, None, None]
        return tensor[None], Placement.pixel_for_pixel(width, height)

    def cut(self, pixels: npt.NDArray[np.uint8], width: int, height: int) -> Floats:
        """The crop, shape (height, width, 3), black where it leaves the picture.

        Args:
            pixels: the picture, uint8, shape (rows, columns, 3).
            width: of the network's input.
            height: of the network's input.
        """
        scale = np.array([width - 1, height - 1], np.float32) / self.extent
        start = self.centre - np.float32(0.5) * self.extent
        is_cubic = bool(scale.min() >= 1.0)
        columns, rows = (
            _taps(np.arange(length) / scale[axis] + start[axis], of, is_cubic=is_cubic)
            for axis, (length, of) in enumerate(
                ((width, pixels.shape[1]), (height, pixels.shape[0]))
            )
        )
        crop = np.zeros((height, width, 3), np.float32)
        for row, row_weight in zip(*rows, strict=True):
            lines = pixels[row]
            across = np.zeros_like(crop)
            for column, weight in zip(*columns, strict=True):
                across += lines[:, column] * weight[:, None]
            crop += across * row_weight[:, None, None]
        return crop

    def to_picture(self, points: Floats, height: int, width: int) -> Floats:
        """See `PersonCrop.to_picture`."""
        size = np.array([width - 1, height - 1], np.float32)
        placed: Floats = (
            points / size * self.extent + self.centre - np.float32(0.5) * self.extent
        ).astype(np.float32)
        return placed


def _taps(places: npt.NDArray[np.float64], length: int, *, is_cubic: bool) -> Taps:
    """Which pixels make each place, and by which weights; both of shape (2 or 4, places).

    Those beyond the rim count nothing.
    """
    first = np.floor(places)
    share = places - first
    weights = cubic_weights(share) if is_cubic else np.stack([1 - share, share])
    found = first + (np.arange(4)[:, None] - 1 if is_cubic else np.arange(2)[:, None])
    weights[(found < 0) | (found >= length)] = 0
    return np.clip(found, 0, length - 1).astype(np.intp), weights.astype(np.float32)
