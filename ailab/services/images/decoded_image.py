"""A picture in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL.Image import Image

_STRIP_PIXELS = 1_000_000
_BYTES_OF_PIXEL = 4


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """A picture in memory, as Pillow has it: most are resized by Pillow first.

    Attributes:
        image: of mode RGB, upright (EXIF orientation applied), not to be written.
        notes: what was done to the picture that a person should know.
        plane: which channel, slice and frame of a stack it is; None where that is not told.
        pixel_size: of its pixels; None where that is neither told nor given.
    """

    image: Image = field(repr=False)
    notes: tuple[str, ...] = ()
    plane: Plane | None = None
    pixel_size: PixelSize | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.image.height, self.image.width

    @property
    def bytes(self) -> int:
        """What it holds in memory."""
        return self.image.width * self.image.height * _BYTES_OF_PIXEL

    @property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """A copy of R, G, B, shape (height, width, 3), not to be written.

        Made in strips: `np.asarray` of the whole would hold them twice for a moment.
        """
        height, width = self.size
        pixels = np.empty((height, width, 3), np.uint8)
        at_once = max(1, _STRIP_PIXELS // width)
        for top in range(0, height, at_once):
            bottom = min(top + at_once, height)
            pixels[top:bottom] = np.asarray(self.image.crop((0, top, width, bottom)))
        pixels.flags.writeable = False
        return pixels
