"""How much the pieces of a region are, together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegionPieces:
    """The pieces of one region; those that are too small are left out of all but `left_out`.

    Attributes:
        number: how many count.
        pixels: how many of the picture's these have.
        at_border: of these, how many reach the border of the picture, beyond which they may go on.
        left_out: how many have too few pixels to be counted.
    """

    number: int = 0
    pixels: int = 0
    at_border: int = 0
    left_out: int = 0

    def __add__(self, other: RegionPieces) -> RegionPieces:
        return RegionPieces(
            self.number + other.number,
            self.pixels + other.pixels,
            self.at_border + other.at_border,
            self.left_out + other.left_out,
        )
