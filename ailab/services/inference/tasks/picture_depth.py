"""A network's map of depths, at the pixels of the picture."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.cubic_interpolation import sampled
from ailab.services.inference.depth_reading import DepthReading
from ailab.services.inference.tasks.map_sampling import MapSampling

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_LEAST, _MOST = 1e-4, 1e4
_STRIP_VALUES = 500_000
_FIELD, _FOCAL_LENGTH = "field_of_view", "focallength_px"


def picture_depth(
    outputs: Outputs, depth: Floats, place: Placement, reading: DepthReading, most_pixels: float
) -> tuple[int, int, Iterator[Floats]]:
    """The depths of the picture, of its own size or of at most `most_pixels`.

    They are made strip by strip, as they are asked for: whole they take more than the picture.

    Args:
        outputs: all that the network gave; for `RECIPROCAL`, `field_of_view` of shape (1,) counts,
            in degrees, where it is there; with `focallength_px`, as transformers.js's export of
            DepthPro has it, the numbers are metres already.
        depth: its map, shape (h, w).
        place: where the picture lies in the network's input.
        reading: how; any but `AS_IS`.
        most_pixels: of what is made.

    Returns:
        Width, height, and the rows from the top, each time some: float32, shape (rows, width).
    """
    sampling = MapSampling.within(place, most_pixels)
    is_turned = reading is DepthReading.RECIPROCAL and _FOCAL_LENGTH not in outputs
    factor = _factor(outputs) if is_turned else None
    strips = (values for _, values in _strips(depth, place, sampling, reading))
    if factor is not None:
        strips = (_metres(values, factor) for values in strips)
    return sampling.width, sampling.height, strips


def _metres(values: Floats, factor: float) -> Floats:
    near = np.clip(values * np.float32(factor), _LEAST, _MOST)
    metres: Floats = np.float32(1.0) / near
    return metres


def _strips(
    depth: Floats, place: Placement, sampling: MapSampling, reading: DepthReading
) -> Iterator[tuple[slice, Floats]]:
    if reading in {DepthReading.LINEAR, DepthReading.RECIPROCAL}:
        for rows, values, _ in sampling.strips(depth[..., None]):
            yield rows, values[..., 0]
        return
    height, width = depth.shape
    down = _places(sampling.height, place.height, place.scale_y) + place.offset_y
    across = _places(sampling.width, place.width, place.scale_x) + place.offset_x
    if reading is DepthReading.CUBIC:
        yield from sampled(
            depth,
            down * (height / place.input_height) - 0.5,
            across * (width / place.input_width) - 0.5,
        )
        return
    down = (down - 0.5) * ((height - 1) / max(1, place.input_height - 1))
    across = (across - 0.5) * ((width - 1) / max(1, place.input_width - 1))
    yield from _linear(depth, down, across)


def _places(count: int, length: int, scale: float) -> npt.NDArray[Any]:
    """The middles of `count` pixels that cover `length` of the picture, times a scale."""
    places: npt.NDArray[Any] = (np.arange(count) + 0.5) * (length / count) * scale
    return places


def _linear(
    depth: Floats, down: npt.NDArray[np.float64], across: npt.NDArray[np.float64]
) -> Iterator[tuple[slice, Floats]]:
    left, right, x = _between(across, depth.shape[1])
    top, bottom, y = _between(down[:, None], depth.shape[0])
    rows = max(1, _STRIP_VALUES // len(across))
    for first in range(0, len(down), rows):
        part = slice(first, first + rows)
        above, below = depth[top[part, 0]], depth[bottom[part, 0]]
        lines = above * (1 - y[part]) + below * y[part]
        yield part, lines[:, left] * (1 - x) + lines[:, right] * x


def _between(places: npt.NDArray[np.float64], count: int) -> tuple[Any, Any, Any]:
    inside = np.clip(places, 0, count - 1)
    low = inside.astype(np.intp)
    return low, np.minimum(low + 1, count - 1), (inside - low).astype(np.float32)


def _factor(outputs: Outputs) -> float:
    """What makes reciprocals of metres of the network's numbers: the width by the focal length."""
    field = outputs.get(_FIELD)
    if field is None or not field.size:
        return 1.0
    # The picture's width in focal lengths, whatever its number of pixels.
    return 2 * math.tan(math.radians(float(field.reshape(-1)[0])) / 2)
