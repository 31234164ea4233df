"""`image-to-image`: super-resolution and restoration, Swin2SR and others that answer a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.tasks.decoding import Decoding, unexpected

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats, Outputs

_ALMOST = 1e-3


def image_values(
    outputs: Outputs, decoding: Decoding, counts: Sequence[int] = (3,)
) -> npt.NDArray[np.uint8]:
    """Channels of brightness to 8-bit pixels of shape (height, width, channels).

    Values are cut to what black and white stand for and rounded, as the documentation of
    transformers' Swin2SR does. What lies beside the picture in the network's input is cut off. A
    picture that was stretched gets its shape back: the side that was shrunk most is enlarged.

    Args:
        outputs: `reconstruction`, or another of shape (1, channels, h, w) or (1, h, w, channels).
        decoding: what black and white are, and where the picture lies.
        counts: how many channels there may be, the likeliest first: 3 for R, G, B, 1 for luma and
            grey.

    Raises:
        ModelFileError: other outputs, a part of the picture was cut away, or the result would
            have more than 50 megapixels.
    """
    named = outputs.get("reconstruction")
    candidates = [*outputs.values()] if named is None else [named]
    found = (_last(each, count) for count in counts for each in candidates)
    values = next((each for each in found if each is not None), None)
    if values is None:
        words = " or ".join("three channels" if count == 3 else "one channel" for count in counts)
        raise unexpected(outputs, f"a picture of {words}")
    place = decoding.placement
    down, across = values.shape[0] / place.input_height, values.shape[1] / place.input_width
    top, left = place.offset_y * down, place.offset_x * across
    bottom = top + place.height * place.scale_y * down
    right = left + place.width * place.scale_x * across
    inside = (bottom <= values.shape[0] + _ALMOST, right <= values.shape[1] + _ALMOST)
    if min(top, left) < -_ALMOST or not all(inside):
        raise ModelFileError(
            "The model sees only a part of the picture, and makes no picture of the rest.",
            'Let its description stretch the picture, or letterbox it ("resize").',
        )
    part = values[round(top) : round(bottom), round(left) : round(right)]
    pixels = _bytes(part, decoding)
    scales = place.scale_x * across, place.scale_y * down
    scale = max(scales)
    size = (max(1, round(place.width * scale)), max(1, round(place.height * scale)))
    if size[0] * size[1] > MAX_MAP_PIXELS:
        raise ModelFileError(
            f"The model makes a picture of {size[0]} × {size[1]} pixels, which is too large.",
            "Cut the picture into pieces first.",
        )
    if abs(scales[0] - scales[1]) * max(place.width, place.height) > 1:
        planes = [Image.fromarray(pixels[..., place]) for place in range(pixels.shape[2])]
        larger = [np.asarray(plane.resize(size, Image.Resampling.BICUBIC)) for plane in planes]
        pixels = np.stack(larger, axis=-1)
    return pixels


def _last(values: npt.NDArray[Any], channels: int) -> npt.NDArray[Any] | None:
    """An output of shape (1, channels, h, w) or (1, h, w, channels) as (h, w, channels)."""
    if values.ndim != 4 or values.shape[0] != 1 or not values.size:
        return None
    if values.shape[1] == channels:
        moved: npt.NDArray[Any] = np.moveaxis(values[0], 0, -1)
        return moved
    return values[0] if values.shape[3] == channels else None


def _bytes(values: npt.NDArray[Any], decoding: Decoding) -> npt.NDArray[np.uint8]:
    black, white = decoding.settings.black, decoding.settings.white
    shares: Floats = (values.astype(np.float32) - black) / (white - black)
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
