"""Where the pieces of regions are that are too small to be counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.predictions import Segmentation
from ailab.services.results.connected_components import small_components
from ailab.services.results.enlarged_runs import first_pixels
from ailab.services.results.map_rows import windows
from ailab.services.results.shown_regions import shown_regions

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]


_SHARE = 4
"""How many times as many rows a strip has as there are above it and below, which are looked at for
more than one strip."""


def left_out_map(
    prediction: Segmentation, size: tuple[int, int], *, threshold: float, pieces_from: int
) -> PixelMap | None:
    """The pixels of pieces that `pieces_of` leaves out, at the resolution of the label map.

    Strip by strip, each with as many rows around it as a piece that is left out can have: what
    reaches beyond these is too large. So no more is held of a large map than a few megabytes, where
    pieces are left out that are as small as specks.

    Args:
        prediction: any; of one that does not label pixels alone there are no pieces.
        size: width and height of the picture, in whose pixels pieces are measured.
        threshold: confidence from which a pixel counts, 0 to 1.
        pieces_from: pixels of the picture from which a piece counts.

    Returns:
        1 where a piece is left out, else 0; None where none is.

    Raises:
        PixelMapError: a map is damaged.
    """
    if not prediction.labels_pixels_alone or pieces_from < 2:
        return None
    width, height = prediction.width, prediction.height
    columns, rows = first_pixels(width, size[0]), first_pixels(height, size[1])
    reach = min(height, -(-pieces_from * height // size[1]) + 1)
    has_some = False

    def strips() -> Iterator[bytes]:
        nonlocal has_some
        shown = (regions for regions, _ in shown_regions(prediction, threshold))
        for top, around, own in windows(_joined(shown, _SHARE * reach), reach):
            first = top - own.start
            of_rows = rows[first : first + len(around) + 1]
            found: npt.NDArray[np.bool_] = small_components(around, columns, of_rows, pieces_from)[
                own
            ]
            has_some = has_some or bool(found.any())
            yield found.tobytes()

    packed = PixelMap.pack_strips(width, height, strips())
    return packed if has_some else None


def _joined(strips: Iterator[Bytes], rows: int) -> Iterator[Bytes]:
    """Strips of at least so many rows, but for the last one."""
    held: list[Bytes] = []
    for strip in strips:
        held.append(strip)
        if sum(map(len, held)) >= rows:
            yield np.concatenate(held)
            held = []
    if held:
        yield np.concatenate(held)
