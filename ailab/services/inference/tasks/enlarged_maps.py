"""Maps at a size between a network's own and the picture's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.map_sampling import MapSampling, interpolated

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats


class EnlargedMaps:
    """Interpolates maps as `MapSampling` does, the rows that are asked for alone.

    transformers' processors enlarge the maps of all queries before they go on, which takes
    hundreds of megabytes for the smallest picture.

    Args:
        maps: shape (h, w, channels).
        size: height and width that they are enlarged to.
        then: what becomes of enlarged values, each by itself; nothing where left out.
        shown: how many rows and columns of all there are, from the first; all where left out.

    Attributes:
        shape: height, width and channels.
    """

    def __init__(
        self,
        maps: Floats,
        size: tuple[int, int],
        then: Callable[[Floats], Floats] | None = None,
        *,
        shown: tuple[int, int] | None = None,
    ) -> None:
        height, width, channels = maps.shape
        whole = Placement.pixel_for_pixel(width, height)
        self.shape = (*(shown or size), channels)
        self._maps = maps
        self._then = then
        self._down, across = MapSampling(whole, *size).axes(height, width)
        self._across = across.first(self.shape[1])

    def __getitem__(self, rows: slice | npt.NDArray[np.intp]) -> Floats:
        """Some of the rows, shape (rows, width, channels)."""
        values = interpolated(self._maps, rows, self._down, self._across)
        return values if self._then is None else self._then(values)
