"""A picture in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ailab.services.images.picture_rows import PictureRows
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image

_BYTES_OF_PIXEL = 4


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """A picture in memory, as Pillow has it: most are resized by Pillow first.

    Attributes:
        image: of mode RGB, upright (EXIF orientation applied), not to be written.
        notes: what was done to the picture that a person should know.
        plane: which channel, slice and frame of a stack it is; None where that is not told.
        pixel_size: of its pixels; None where that is neither told nor given.
        taken: when the camera took it, see `capture_time`; empty where that is not told.
    """

    image: Image = field(repr=False)
    notes: tuple[str, ...] = ()
    plane: Plane | None = None
    pixel_size: PixelSize | None = None
    taken: str = ""

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
        """A copy of R, G, B, shape (height, width, 3), not to be written."""
        pixels = PictureRows(self.image).whole()
        pixels.flags.writeable = False
        return pixels
