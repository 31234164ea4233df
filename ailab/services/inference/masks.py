"""What mask generation finds: masks that may overlap, of things shown or named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ailab.services.inference.pixel_map import PixelMap

MOST_MASKS = 1000
"""That are kept of a picture, the surest first."""


@dataclass(frozen=True, slots=True)
class Mask:
    """One mask.

    Attributes:
        score: the network's own estimate of how well the mask fits (its IoU), or how sure it is
            of a thing that was named; 0 to 1.
        area: share of the picture's pixels, 0 to 1.
        left: of the mask's bounding box in the maps, in whole pixels.
        top: of it.
        inside: of the bounding box's size: 255 where the mask is, 0 where it is not; packed.
        label: what was named; empty where nothing was.
    """

    score: float
    area: float
    left: int
    top: int
    inside: PixelMap = field(repr=False)
    label: str = ""

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The bounding box, `xyxy`, in pixels of the maps."""
        return (
            self.left,
            self.top,
            self.left + self.inside.width,
            self.top + self.inside.height,
        )


@dataclass(frozen=True, slots=True)
class Masks:
    """The masks found.

    Attributes:
        width: of the maps that cover the whole picture, in pixels: the picture's own, or less for
            a very large one.
        height: of them.
        items: by descending score, at most `MOST_MASKS`.
    """

    kind: ClassVar[str] = "masks"

    width: int
    height: int
    items: tuple[Mask, ...]

    def above(self, threshold: float) -> Masks:
        """Only the masks that score at least `threshold`."""
        kept = tuple(mask for mask in self.items if mask.score >= threshold)
        return Masks(self.width, self.height, kept)
