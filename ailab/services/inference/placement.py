"""Where a picture lies in a network's input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Placement:
    """The map from a picture's pixels to a network's input: `input = picture * scale + offset`.

    Continuous coordinates, origin at the top left corner of the top left pixel.

    Attributes:
        width: of the picture, in pixels.
        height: of the picture.
        input_width: of the network's input, in pixels.
        input_height: of the network's input.
        scale_x: input pixels per picture pixel.
        scale_y: input pixels per picture pixel.
        offset_x: where the picture's left border lies in the input; negative where cropped.
        offset_y: where its upper border lies.
    """

    width: int
    height: int
    input_width: int
    input_height: int
    scale_x: float
    scale_y: float
    offset_x: float = 0.0
    offset_y: float = 0.0

    @classmethod
    def pixel_for_pixel(cls, width: int, height: int) -> Self:
        """That of a picture which is the network's input itself."""
        return cls(width, height, width, height, 1.0, 1.0)

    def to_picture(self, x: float, y: float) -> tuple[float, float]:
        """The point of the picture that lies at a point of the input."""
        return (x - self.offset_x) / self.scale_x, (y - self.offset_y) / self.scale_y
