"""`depth-estimation`: DPT, Depth Anything, GLPN and others that answer one number per pixel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.cubic_interpolation import interpolated, sampled
from ailab.services.inference.depth_reading import DepthReading
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.pixel_map import PixelMapError
from ailab.services.inference.predictions import DepthMap, DepthScale
from ailab.services.inference.tasks.decoding import Decoding, one_channel, unexpected
from ailab.services.inference.tasks.picture_depth import picture_depth
from ailab.services.inference.tasks.spread import Spread

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.tasks.decoding import Floats, Outputs

MOST_PIXELS = 16_000_000
"""Of a map that is kept."""

_STRIP_VALUES = 500_000
_ALMOST = 1e-3
_MOST_STRETCHED = 1.25
"""Height over width of the map against the input's; whole cells of a small map differ a little."""


def decode_depth(outputs: Outputs, decoding: Decoding) -> DepthMap:
    """One channel of depths to the depths of the picture, at the network's own resolution.

    The numbers are the network's own. transformers' `post_process_depth_estimation` interpolates
    them to the picture's size (see `cubic_interpolation`), which is left to whoever needs that:
    the map is small, and nothing is lost. Where the picture was letterboxed, its part alone is
    kept. A map of more than 16 megapixels is kept at a smaller scale. What other families' own
    post-processing makes of their numbers is in `depth_reading.py`.

    Args:
        outputs: `predicted_depth`, or another of shape (1, h, w), (1, 1, h, w) or (1, h, w, 1).
        decoding: what the numbers mean, and where the picture lies.

    Raises:
        ModelFileError: other outputs, a map of another shape than the network's input, or a part
            of the picture was cut away.
    """
    width, height, strips = depth_strips(outputs, decoding)
    try:
        return packed_depths(width, height, strips, decoding.settings.depth_scale)
    except PixelMapError as error:
        raise unexpected(outputs, "depths that are finite numbers") from error


def depth_strips(outputs: Outputs, decoding: Decoding) -> tuple[int, int, Iterator[Floats]]:
    """The same, before it is packed.

    Returns:
        Width and height of the map, and its rows from the top, each time some: float32, shape
        (rows, width).

    Raises:
        ModelFileError: as `decode_depth`.
    """
    named = outputs.get("predicted_depth")
    candidates = outputs.values() if named is None else (named,)
    depth = next((m for m in map(one_channel, candidates) if m is not None and m.size), None)
    if depth is None:
        raise unexpected(outputs, "one channel of depths")
    values: Floats = depth.astype(np.float32, copy=False)
    _check_shape(values, decoding.placement)
    reading = decoding.settings.depth_reading
    if reading is not DepthReading.AS_IS:
        return picture_depth(outputs, values, decoding.placement, reading, MOST_PIXELS)
    part = _limited(_picture_part(values, decoding.placement))
    height, width = part.shape
    rows = max(1, _STRIP_VALUES // width)
    return width, height, (part[top : top + rows] for top in range(0, height, rows))


def packed_depths(width: int, height: int, strips: Iterable[Floats], scale: DepthScale) -> DepthMap:
    """A map of depths, of which some rows at a time are in memory.

    Args:
        width: of the map.
        height: of the map.
        strips: its rows from the top, float32, shape (rows, width).
        scale: what its numbers mean.

    Raises:
        PixelMapError: a number that is infinite or NaN.
    """
    spread = Spread()

    def counted() -> Iterator[Floats]:
        for strip in strips:
            spread.add(strip)
            yield strip

    packed = FloatMap.pack_strips(width, height, counted())
    return DepthMap(
        width=width,
        height=height,
        depth=packed,
        scale=scale,
        minimum=spread.least,
        maximum=spread.most,
        median=spread.median(packed.strips()),
    )


def _check_shape(depth: npt.NDArray[Any], place: Placement) -> None:
    """Some exports keep the size that they were traced with, and answer others with nonsense."""
    height, width = depth.shape
    stretched = (height * place.input_width) / (width * place.input_height)
    if not 1 / _MOST_STRETCHED <= stretched <= _MOST_STRETCHED:
        raise ModelFileError(
            f"The model answers a picture of {place.input_width} × {place.input_height} pixels "
            f"with depths of another shape, {width} × {height}.",
            "Its file is right for pictures of one shape alone. Choose another variant of it, or "
            "let its description stretch the picture to one size.",
        )


def _picture_part(depth: Floats, place: Placement) -> Floats:
    """The map without what lies beside the picture in the network's input."""
    height, width = depth.shape
    down, across = height / place.input_height, width / place.input_width
    top, left = place.offset_y * down, place.offset_x * across
    bottom = top + place.height * place.scale_y * down
    right = left + place.width * place.scale_x * across
    if min(top, left) < -_ALMOST or bottom > height + _ALMOST or right > width + _ALMOST:
        raise ModelFileError(
            "The model sees only a part of the picture, and tells no depth for the rest.",
            'Let its description stretch the picture, or letterbox it ("resize").',
        )
    if max(top, left, height - bottom, width - right) < _ALMOST:
        return depth
    rows, columns = max(1, round(bottom - top)), max(1, round(right - left))
    down_at = top + (np.arange(rows) + 0.5) * ((bottom - top) / rows) - 0.5
    across_at = left + (np.arange(columns) + 0.5) * ((right - left) / columns) - 0.5
    return _whole(sampled(depth, down_at, across_at), rows, columns)


def _limited(depth: Floats) -> Floats:
    scale = (MOST_PIXELS / depth.size) ** 0.5
    if scale >= 1:
        return depth
    height, width = max(1, int(depth.shape[0] * scale)), max(1, int(depth.shape[1] * scale))
    return _whole(interpolated(depth, height, width), height, width)


def _whole(strips: Iterator[tuple[slice, Floats]], height: int, width: int) -> Floats:
    whole = np.empty((height, width), np.float32)
    for rows, values in strips:
        whole[rows] = values
    return whole
