"""What tables say in micrometres beside their pixels, where the size of these is known."""

from __future__ import annotations

from ailab.services.images.pixel_size import PixelSize
from ailab.services.results.run_record import RunRecord

AREA_HEAD = "area_um2"
BOX_HEADS = ("width_um", "height_um")
_DIGITS = 6


class ScaleColumns:
    """Further columns of a table of a run in which a size of pixels is known; else none.

    The cells of pictures without one are empty.

    Args:
        record: of the run.
        heads: what the columns are called, each with its unit.
    """

    def __init__(self, record: RunRecord, *heads: str) -> None:
        self.heads = heads if record.has_pixel_sizes else ()

    def cells(self, *values: float | None) -> tuple[float | str, ...]:
        """What stands there: one for each head, None where it is not known."""
        if not self.heads:
            return ()
        return tuple("" if value is None else significant(value) for value in values)


def area_of(pixels: float, pixel_size: PixelSize | None) -> float | None:
    """That of so many pixels in square micrometres; None where their size is not known."""
    return None if pixel_size is None else pixels * pixel_size.area


def sides_of(
    box: tuple[float, ...], pixel_size: PixelSize | None
) -> tuple[float, float] | tuple[None, None]:
    """Width and height in micrometres of a box `xyxy` in pixels."""
    if pixel_size is None:
        return None, None
    x0, y0, x1, y1 = box
    return (x1 - x0) * pixel_size.width, (y1 - y0) * pixel_size.height


def significant(value: float) -> float:
    """Six significant digits: of what is small in such a unit, places behind the point say less."""
    return float(f"{value:.{_DIGITS}g}")
