"""Sampling of a network's coarse maps at a picture's pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ailab.services.inference.placement import Placement

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats

    Integers = npt.NDArray[np.intp]

_STRIP_VALUES = 1_000_000
_MOST_VALUES = 4_000_000
_ROWS = 8
"""Or more in a strip, as far as `_MOST_VALUES` go: neighbours share the work of widening."""


class RowMaps(Protocol):
    """Maps of shape (h, w, channels) that are asked for some rows at a time: arrays are such."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and channels."""

    def __getitem__(self, rows: Integers, /) -> Floats:
        """Some rows."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Where each sampled pixel lies between two cells along one axis."""

    low: npt.NDArray[np.intp]
    high: npt.NDArray[np.intp]
    weight: Floats
    is_inside: npt.NDArray[np.bool_]

    @property
    def nearest(self) -> npt.NDArray[np.intp]:
        """The cell that each sampled pixel lies in."""
        return np.where(self.weight >= 0.5, self.high, self.low)

    def first(self, count: int) -> Axis:
        """The first pixels alone."""
        return Axis(
            self.low[:count], self.high[:count], self.weight[:count], self.is_inside[:count]
        )


class MapSampling:
    """Samples maps of shape (h, w, channels) that cover a network's input.

    The same as `interpolate(mode="bilinear", align_corners=False)` of PyTorch where the picture
    fills the input; a letterbox, a crop or padding is undone at the same time.

    Attributes:
        height: of the sampled maps.
        width: of the sampled maps.
    """

    def __init__(self, placement: Placement, height: int, width: int) -> None:
        self.height = height
        self.width = width
        self._placement = placement

    @classmethod
    def within(cls, placement: Placement, max_pixels: float) -> MapSampling:
        """At the picture's own size, or at a smaller one of at most `max_pixels` pixels."""
        scale = min(1.0, math.sqrt(max_pixels / (placement.width * placement.height)))
        height = max(1, int(placement.height * scale))
        return cls(placement, height, max(1, int(placement.width * scale)))

    def axes(self, height: int, width: int) -> tuple[Axis, Axis]:
        """Where the sampled rows and columns lie among those of maps of a height and a width."""
        place = self._placement
        down = _axis(
            (np.arange(self.height) + 0.5) * (place.height / self.height) * place.scale_y
            + place.offset_y,
            network=place.input_height,
            cells=height,
        )
        across = _axis(
            (np.arange(self.width) + 0.5) * (place.width / self.width) * place.scale_x
            + place.offset_x,
            network=place.input_width,
            cells=width,
        )
        return down, across

    def strips(self, maps: RowMaps) -> Iterator[tuple[slice, Floats, npt.NDArray[np.bool_]]]:
        """Sample strip by strip, so that memory stays bounded.

        Args:
            maps: shape (h, w, channels).

        Yields:
            The rows; their values, shape (rows, width, channels); and which of their pixels the
            network saw at all, shape (rows, width). Nothing where there are no channels.
        """
        height, width, channels = maps.shape
        if channels == 0:
            return
        y, x = self.axes(height, width)
        row = self.width * channels
        rows = max(1, _STRIP_VALUES // row, min(_ROWS, _MOST_VALUES // row))
        for top in range(0, self.height, rows):
            part = slice(top, min(top + rows, self.height))
            values = interpolated(maps, part, y, x)
            yield part, values, y.is_inside[part, None] & x.is_inside[None, :]

    def nearest(
        self, numbers: npt.NDArray[Any]
    ) -> Iterator[tuple[slice, npt.NDArray[Any], npt.NDArray[np.bool_]]]:
        """The nearest cell of each pixel, strip by strip, of what cannot be mixed.

        Args:
            numbers: shape (h, w).

        Yields:
            As `strips`; values have the shape (rows, width) and the type of `numbers`.
        """
        y, x = self.axes(*numbers.shape)
        down, across = y.nearest, x.nearest
        rows = max(1, _STRIP_VALUES // self.width)
        for top in range(0, self.height, rows):
            part = slice(top, min(top + rows, self.height))
            values = numbers[np.ix_(down[part], across)]
            yield part, values, y.is_inside[part, None] & x.is_inside[None, :]


def interpolated(maps: RowMaps, rows: slice | Integers, down: Axis, across: Axis) -> Floats:
    """Some rows of what is sampled; each comes out the same, whichever are taken beside it.

    Args:
        maps: shape (h, w, channels).
        rows: which.
        down: where all rows lie.
        across: where the columns lie.
    """
    # Few rows of the maps make many of the picture's: each is widened but once.
    needed, place_of = np.unique(
        np.concatenate([down.low[rows], down.high[rows]]), return_inverse=True
    )
    wide = _mixed(maps[needed], across.low, across.high, across.weight[None, :, None], axis=1)
    above, below = np.split(place_of, 2)
    return _mixed(wide, above, below, down.weight[rows, None, None], axis=0)


def _axis(seen: npt.NDArray[np.floating[Any]], *, network: int, cells: int) -> Axis:
    """Where positions in the network's input, `network` pixels long, lie among the cells."""
    position = np.clip(seen * (cells / network) - 0.5, 0, cells - 1)
    low = position.astype(np.intp)
    return Axis(
        low=low,
        high=np.minimum(low + 1, cells - 1),
        weight=(position - low).astype(np.float32),
        is_inside=(seen >= 0) & (seen <= network),
    )


def _mixed(
    values: Floats,
    low: npt.NDArray[np.intp],
    high: npt.NDArray[np.intp],
    weight: Floats,
    *,
    axis: int,
) -> Floats:
    """Linear interpolation between neighbours along an axis."""
    first = values.take(low, axis=axis)
    mixed: Floats = values.take(high, axis=axis)
    mixed -= first
    mixed *= weight
    mixed += first
    return mixed
