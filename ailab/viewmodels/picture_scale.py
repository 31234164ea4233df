"""Areas and lengths of what is in a picture, in words for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ailab.services.images.pixel_size import PixelSize
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.region_pieces import RegionPieces

_LENGTHS = ((1e6, "m"), (1e3, "mm"), (1.0, "µm"), (1e-3, "nm"))
_AREAS = ((1e12, "m²"), (1e6, "mm²"), (1.0, "µm²"), (1e-6, "nm²"))
"""How many micrometres, and square micrometres, a unit has, the largest first."""

_FROM = 0.1
"""Of a unit: less is told in the next smaller one."""


@dataclass(frozen=True, slots=True)
class PictureScale:
    """A picture's size in pixels, and that of its pixels; every text is empty without the latter.

    Attributes:
        width: in pixels.
        height: in pixels.
        pixel_size: None where it is not known.
    """

    width: int = 0
    height: int = 0
    pixel_size: PixelSize | None = None

    @classmethod
    def of(cls, result: PictureResult) -> PictureScale:
        """That of a result's picture."""
        return cls(result.width, result.height, result.pixel_size)

    def of_share(self, share: float) -> str:
        """The area of a share of the picture, 0 to 1, such as `84.2 µm²`."""
        return self.of_pixels(share * self.width * self.height)

    def of_pixels(self, pixels: float) -> str:
        """The area of so many pixels."""
        return "" if self.pixel_size is None else _words(pixels * self.pixel_size.area, _AREAS)

    def of_mean(self, pieces: RegionPieces) -> str:
        """The area of a piece on average; empty of none, too."""
        return self.of_pixels(pieces.pixels / pieces.number) if pieces.number else ""

    def of_box(self, box: Sequence[float]) -> str:
        """Width and height of a box `xyxy` in pixels, such as `12.3 × 8.05 µm`."""
        if self.pixel_size is None:
            return ""
        x0, y0, x1, y1 = box
        sides = (x1 - x0) * self.pixel_size.width, (y1 - y0) * self.pixel_size.height
        factor, unit = _unit(max(sides), _LENGTHS)
        return f"{' × '.join(_number(side / factor) for side in sides)}\u00a0{unit}"


def _words(value: float, units: Sequence[tuple[float, str]]) -> str:
    factor, unit = _unit(value, units)
    return f"{_number(value / factor)}\u00a0{unit}"


def _unit(value: float, units: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """The largest unit of which it is not too little; of nothing at all the micrometres."""
    if value <= 0:
        return next(each for each in units if each[0] == 1.0)
    return next((each for each in units if value >= _FROM * each[0]), units[-1])


def _number(value: float) -> str:
    """Three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
