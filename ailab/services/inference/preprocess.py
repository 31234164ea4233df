"""Pictures to tensors, bit for bit as transformers' Pillow image processors make them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.antialiased_resize import antialiased
from ailab.services.inference.inference_errors import DescriptionError
from ailab.services.inference.page_input import page_picture
from ailab.services.inference.picture_border import (
    grown,
    mirrored,
    padded_around,
    padded_below,
    widened,
    with_border,
)
from ailab.services.inference.placement import Placement
from ailab.services.inference.plain_resize import plain_resized
from ailab.services.inference.preprocessing import Preprocessing, Resample, Resize, Sampling
from ailab.services.inference.resized_size import resized_size
from ailab.services.inference.square_input import square_input

if TYPE_CHECKING:
    import numpy.typing as npt

_MAX_RESIZED_PIXELS = 100_000_000
_LONG_AND_NARROW = 8
_IN_FRACTIONS = frozenset({Sampling.PLAIN, Sampling.CLIPPED, Sampling.CORNERS, Sampling.FINE})


def preprocess(
    pixels: npt.NDArray[np.uint8], how: Preprocessing
) -> tuple[npt.NDArray[np.float32], Placement]:
    """Make a network's input of a picture.

    Args:
        pixels: R, G, B, shape (height, width, 3).
        how: the steps.

    Returns:
        A float32 tensor of shape (1, 3, height, width), or (1, height, width, 3) where the
        layout is channels last, and where the picture lies in it. For luma, 1 stands for the 3.

    Raises:
        PictureError: the picture is so long and narrow that it would be blown up beyond 100
            megapixels.
        DescriptionError: any picture would be.
    """
    if how.page is not None:
        pixels = page_picture(pixels, how.page, how.resample)
    height, width = pixels.shape[:2]
    pixels, first_top, first_left = _first_cropped(pixels, how)
    pixels, above, beside = with_border(pixels, how)
    seen_height, seen_width = pixels.shape[:2]
    new_height, new_width = resized_size(seen_height, seen_width, how)
    if how.resize is not Resize.NONE and new_height * new_width > _MAX_RESIZED_PIXELS:
        if max(height, width) < _LONG_AND_NARROW * min(height, width):
            raise DescriptionError(
                f"The model's description enlarges the picture to {new_width} × {new_height} "
                "pixels, which cannot be right.",
                "Choose another model, or correct the size in its description.",
            )
        raise PictureError(
            f"The picture is too long and narrow for this model ({width} × {height} pixels).",
            "Cut it into pieces first.",
        )
    if how.resize is Resize.SQUARE:
        return _squared(pixels, how)
    scale_y, scale_x = new_height / seen_height, new_width / seen_width
    top = round(first_top * scale_y) + above * scale_y
    left = round(first_left * scale_x) + beside * scale_x
    if how.sampling in _IN_FRACTIONS:
        tensor = _in_fractions(pixels, (new_height, new_width), how)
    else:
        tensor, moved_down, moved_right = _in_whole_numbers(pixels, (new_height, new_width), how)
        top, left = top + moved_down, left + moved_right
    if how.is_grey:
        tensor = _brightness(tensor)
    if how.pad_to is not None:
        tensor = padded_below(tensor, how.pad_to)
    if how.widen_to is not None:
        tensor = widened(tensor, how.widen_to)
    if how.pad_around is not None:
        tensor, pad_top, pad_left = padded_around(tensor, how.pad_around)
        top, left = top + pad_top, left + pad_left
    placement = Placement(
        width=width,
        height=height,
        input_width=tensor.shape[2],
        input_height=tensor.shape[1],
        scale_x=scale_x,
        scale_y=scale_y,
        offset_x=left,
        offset_y=top,
    )
    if how.is_channels_last:
        tensor = np.ascontiguousarray(np.moveaxis(tensor, 0, -1))
    return tensor[None], placement


def _squared(
    pixels: npt.NDArray[np.uint8], how: Preprocessing
) -> tuple[npt.NDArray[np.float32], Placement]:
    values = square_input(pixels, how.height, how.width, how.rescale_factor or 1.0)
    if how.mean is not None:
        values -= np.array(how.mean, np.float32)
    if how.std is not None:
        values /= np.array(how.std, np.float32)
    (height, width), side = pixels.shape[:2], max(pixels.shape[:2])
    placement = Placement(
        width=width,
        height=height,
        input_width=how.width,
        input_height=how.height,
        scale_x=how.width / side,
        scale_y=how.height / side,
    )
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))[None], placement


def _first_cropped(
    pixels: npt.NDArray[np.uint8], how: Preprocessing
) -> tuple[npt.NDArray[np.uint8], int, int]:
    """The crop that comes before resizing, and where the picture's top left corner lies in it."""
    if how.first_crop is None:
        return pixels, 0, 0
    shorter = min(pixels.shape[:2])
    height, width = (max(1, int(share * shorter)) for share in how.first_crop)
    return _centre_cropped(pixels, (height, width), how)


def _resized(
    pixels: npt.NDArray[np.uint8], size: tuple[int, int], how: Preprocessing
) -> npt.NDArray[np.uint8]:
    if pixels.shape[:2] == size:
        return pixels
    if how.sampling is Sampling.ROUNDED:
        values = _plain(pixels, size, np.arange(256, dtype=np.float32), how)
        return np.rint(np.clip(values, 0, 255, out=values)).astype(np.uint8)
    image = Image.fromarray(pixels).resize(
        (size[1], size[0]), resample=Image.Resampling(how.resample.value)
    )
    return np.asarray(image)


def _plain(
    pixels: npt.NDArray[np.uint8],
    size: tuple[int, int],
    values: npt.NDArray[np.float32],
    how: Preprocessing,
) -> npt.NDArray[np.float32]:
    return plain_resized(
        pixels,
        size,
        values,
        is_cubic=how.resample is Resample.BICUBIC,
        by_corners=how.sampling is Sampling.CORNERS,
    )


def _letterboxed(
    pixels: npt.NDArray[np.uint8], how: Preprocessing
) -> tuple[npt.NDArray[np.uint8], int, int]:
    height, width = pixels.shape[:2]
    top = (how.height - height) // 2 if how.is_centred else 0
    left = (how.width - width) // 2 if how.is_centred else 0
    box = np.full((how.height, how.width, 3), how.pad_value, np.uint8)
    box[top : top + height, left : left + width] = pixels
    return box, top, left


def _centre_cropped(
    pixels: npt.NDArray[np.uint8], size: tuple[int, int], how: Preprocessing
) -> tuple[npt.NDArray[np.uint8], int, int]:
    """The crop, and where the picture's top left corner lies in it.

    The half pixels fall as in transformers' `center_crop`: down where it crops, up where it pads;
    or to the even side, as with torchvision's `CenterCrop`.
    """
    (height, width), (new_height, new_width) = pixels.shape[:2], size
    top, left = (
        -round((length - new) / 2)
        if how.is_evenly_cropped and new <= length
        else _crop_offset(length, new)
        for length, new in ((height, new_height), (width, new_width))
    )
    crop = np.zeros((new_height, new_width, 3), np.uint8)
    crop[max(0, top) : top + height, max(0, left) : left + width] = pixels[
        max(0, -top) : new_height - top, max(0, -left) : new_width - left
    ]
    return crop, top, left


def _crop_offset(length: int, new_length: int) -> int:
    if new_length <= length:
        return -((length - new_length) // 2)
    # There: top = (length - new) // 2, then padded by ceil((new - length) / 2).
    return math.ceil((new_length - length) / 2)


def _normalised(pixels: npt.NDArray[np.uint8], how: Preprocessing) -> npt.NDArray[np.float32]:
    """Rescale, reorder and normalise; shape (3, height, width), or (1, height, width) of luma.

    A channel has 256 possible values, so that a table of the 256 results is exact and fast.
    """
    table = _rescaled(how)
    planes = pixels
    if how.is_luma:
        planes = np.asarray(Image.fromarray(pixels).convert("YCbCr").getchannel(0))[..., None]
    count = planes.shape[2]
    tensor = np.empty((count, *pixels.shape[:2]), np.float32)
    for channel in range(count):
        shifted = table
        if how.mean is not None:
            shifted = shifted - np.float32(how.mean[channel])
        if how.std is not None:
            shifted = shifted / np.float32(how.std[channel])
        place = 2 - channel if how.is_bgr else channel
        np.take(shifted, planes[..., place], out=tensor[channel])
    return tensor


def _rescaled(how: Preprocessing) -> npt.NDArray[np.float32]:
    """What each of the 256 values of a channel becomes before it is normalised."""
    values = np.arange(256, dtype=np.float64)
    table = values if how.rescale_factor is None else values * how.rescale_factor
    return table.astype(np.float32) + np.float32(how.shift)


def _in_whole_numbers(
    pixels: npt.NDArray[np.uint8], size: tuple[int, int], how: Preprocessing
) -> tuple[npt.NDArray[np.float32], int, int]:
    """Resize, round, cut or fill up, normalise; and how far that moved the picture."""
    resized = _resized(pixels, size, how)
    top = left = 0
    if how.resize is Resize.LETTERBOX:
        resized, top, left = _letterboxed(resized, how)
    if how.crop is not None:
        resized, crop_top, crop_left = _centre_cropped(resized, how.crop, how)
        top, left = top + crop_top, left + crop_left
    if how.mirror_to is not None:
        resized = mirrored(resized, how.mirror_to)
    if how.grow_to is not None:
        resized = grown(resized, how.grow_to, "edge")
    if how.fill_to is not None:
        resized = grown(resized, how.fill_to, "constant")
    return _normalised(resized, how), top, left


def _in_fractions(
    pixels: npt.NDArray[np.uint8], size: tuple[int, int], how: Preprocessing
) -> npt.NDArray[np.float32]:
    """Rescale first, then resize without rounding, then normalise; shape (3, height, width)."""
    table = _rescaled(how)
    if how.sampling is Sampling.FINE:
        resized = antialiased(pixels, *size)
        resized *= np.float32(how.rescale_factor or 1.0)
        resized += np.float32(how.shift)
    else:
        resized = _plain(pixels, size, table, how)
    tensor = np.ascontiguousarray(np.moveaxis(resized, -1, 0))
    if how.sampling is Sampling.CLIPPED:
        np.clip(tensor, table[0], table[-1], out=tensor)
    if how.is_bgr:
        tensor = np.ascontiguousarray(tensor[::-1])
    if how.mean is not None:
        tensor -= np.array(how.mean, np.float32)[:, None, None]
    if how.std is not None:
        tensor /= np.array(how.std, np.float32)[:, None, None]
    return tensor


def _brightness(tensor: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The brightness in each of the channels, as SuperPoint's image processor weighs colours."""
    red, green, blue = tensor
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return tensor
    grey = red * np.float32(0.2989) + green * np.float32(0.5870) + blue * np.float32(0.1140)
    return np.stack([grey] * 3)
