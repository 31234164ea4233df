"""Pictures to tensors, bit for bit as transformers' Pillow image processors make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_rows import PictureRows
from ailab.services.inference.antialiased_resize import antialiased
from ailab.services.inference.inference_errors import DescriptionError
from ailab.services.inference.page_input import page_picture
from ailab.services.inference.picture_border import (
    grown,
    mirrored,
    mirrored_border,
    padded_around,
    padded_below,
    widened,
)
from ailab.services.inference.picture_crop import centre_cropped, first_cropped, letterboxed
from ailab.services.inference.placement import Placement
from ailab.services.inference.plain_resize import plain_resized
from ailab.services.inference.preprocessing import Preprocessing, Resample, Resize, Sampling
from ailab.services.inference.resized_size import resized_size
from ailab.services.inference.square_input import square_input

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

_MAX_RESIZED_PIXELS = 100_000_000
_LONG_AND_NARROW = 8
_IN_FRACTIONS = frozenset({Sampling.PLAIN, Sampling.CLIPPED, Sampling.CORNERS, Sampling.FINE})


def preprocess(
    picture: Pixels | Image.Image, how: Preprocessing
) -> tuple[npt.NDArray[np.float32], Placement]:
    """Make a network's input of a picture.

    Args:
        picture: R, G, B, shape (height, width, 3); or as Pillow has it, of mode RGB, which spares
            copying it there and back where it is resized first.
        how: the steps.

    Returns:
        A float32 tensor of shape (1, 3, height, width), or (1, height, width, 3) where the
        layout is channels last, and where the picture lies in it. For luma and for grey, 1 stands
        for the 3.

    Raises:
        PictureError: the picture is so long and narrow that it would be blown up beyond 100
            megapixels.
        DescriptionError: any picture would be.
    """
    if how.page is not None:
        picture = page_picture(_image(picture), how.page, how.resample)
    if how.is_monochrome:
        picture = _image(picture).convert("L")
    size, top, left = _sides(picture), 0, 0
    if how.first_crop is not None:
        picture, top, left = first_cropped(_image(picture), how.first_crop)
    return _prepared(picture, size, (top, left), how)


def _prepared(
    source: Pixels | Image.Image,
    size: tuple[int, int],
    cropped: tuple[int, int],
    how: Preprocessing,
) -> tuple[npt.NDArray[np.float32], Placement]:
    """Resize and normalise.

    Args:
        source: what is resized.
        size: height and width of the picture that it was made of.
        cropped: where that picture's top left corner lies in what was cropped from it.
        how: the steps.
    """
    height, width = size
    border = mirrored_border(_sides(source), how)
    rows = PictureRows(source, border)
    seen_height, seen_width, _ = rows.shape
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
        return _squared(rows, how)
    scale_y, scale_x = new_height / seen_height, new_width / seen_width
    top = round(cropped[0] * scale_y) + border[0] * scale_y
    left = round(cropped[1] * scale_x) + border[1] * scale_x
    if how.sampling in _IN_FRACTIONS:
        tensor = _in_fractions(rows, (new_height, new_width), how)
    else:
        tensor, moved_down, moved_right = _in_whole_numbers(source, (new_height, new_width), how)
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


def _sides(source: Pixels | Image.Image) -> tuple[int, int]:
    """Height and width."""
    if isinstance(source, Image.Image):
        return source.height, source.width
    height, width = source.shape[:2]
    return height, width


def _image(source: Pixels | Image.Image) -> Image.Image:
    if isinstance(source, Image.Image):
        return source
    return Image.fromarray(source[..., 0] if source.shape[2] == 1 else source)


def _squared(picture: PictureRows, how: Preprocessing) -> tuple[npt.NDArray[np.float32], Placement]:
    values = square_input(picture, how.height, how.width, how.rescale_factor or 1.0)
    if how.mean is not None:
        values -= np.array(how.mean, np.float32)
    if how.std is not None:
        values /= np.array(how.std, np.float32)
    height, width, _ = picture.shape
    side = max(height, width)
    placement = Placement(
        width=width,
        height=height,
        input_width=how.width,
        input_height=how.height,
        scale_x=how.width / side,
        scale_y=how.height / side,
    )
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))[None], placement


def _resized(source: Pixels | Image.Image, size: tuple[int, int], how: Preprocessing) -> Pixels:
    if _sides(source) == size:
        return PictureRows(source).whole()
    if how.sampling is Sampling.ROUNDED:
        values = _plain(PictureRows(source), size, np.arange(256, dtype=np.float32), how)
        return np.rint(np.clip(values, 0, 255, out=values)).astype(np.uint8)
    filter_ = Image.Resampling(how.resample.value)
    return PictureRows(_image(source).resize((size[1], size[0]), resample=filter_)).whole()


def _plain(
    picture: PictureRows,
    size: tuple[int, int],
    values: npt.NDArray[np.float32],
    how: Preprocessing,
) -> npt.NDArray[np.float32]:
    return plain_resized(
        picture,
        size,
        values,
        is_cubic=how.resample is Resample.BICUBIC,
        by_corners=how.sampling is Sampling.CORNERS,
    )


def _normalised(pixels: npt.NDArray[np.uint8], how: Preprocessing) -> npt.NDArray[np.float32]:
    """Rescale, reorder and normalise; shape (channels, height, width).

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
        # Nothing is beyond the table; NumPy needs no buffer where it need not look for that.
        np.take(shifted, planes[..., place], out=tensor[channel], mode="wrap")
    return tensor


def _rescaled(how: Preprocessing) -> npt.NDArray[np.float32]:
    """What each of the 256 values of a channel becomes before it is normalised."""
    values = np.arange(256, dtype=np.float64)
    table = values if how.rescale_factor is None else values * how.rescale_factor
    return table.astype(np.float32) + np.float32(how.shift)


def _in_whole_numbers(
    source: Pixels | Image.Image, size: tuple[int, int], how: Preprocessing
) -> tuple[npt.NDArray[np.float32], int, int]:
    """Resize, round, cut or fill up, normalise; and how far that moved the picture."""
    resized = _resized(source, size, how)
    top = left = 0
    if how.resize is Resize.LETTERBOX:
        resized, top, left = letterboxed(resized, how)
    for crop in filter(None, (how.crop, how.crop_again)):
        resized, crop_top, crop_left = centre_cropped(resized, crop, how)
        top, left = top + crop_top, left + crop_left
    if how.mirror_to is not None:
        resized = mirrored(resized, how.mirror_to)
    if how.grow_to is not None:
        resized = grown(resized, how.grow_to, "edge")
    if how.fill_to is not None:
        resized = grown(resized, how.fill_to, "constant")
    return _normalised(resized, how), top, left


def _in_fractions(
    picture: PictureRows, size: tuple[int, int], how: Preprocessing
) -> npt.NDArray[np.float32]:
    """Rescale first, then resize without rounding, then normalise; as `_normalised`."""
    table = _rescaled(how)
    if how.sampling is Sampling.FINE:
        resized = antialiased(picture, *size)
        resized *= np.float32(how.rescale_factor or 1.0)
        resized += np.float32(how.shift)
    else:
        resized = _plain(picture, size, table, how)
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
    if len(tensor) == 1:
        return tensor
    red, green, blue = tensor
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return tensor
    grey = red * np.float32(0.2989) + green * np.float32(0.5870) + blue * np.float32(0.1140)
    return np.stack([grey] * 3)
