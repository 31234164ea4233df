"""What is put around a picture, before or after its values are normalised."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from ailab.services.images.picture_error import PictureError

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.preprocessing import Preprocessing


def mirrored_border(size: tuple[int, int], how: Preprocessing) -> tuple[int, int]:
    """How many rows and columns a picture of that height and width gets on each side."""
    down, across = (int(math.sqrt(side / 2) * how.mirror_margin) for side in size)
    return down, across


def mirrored(pixels: npt.NDArray[np.uint8], multiple: int) -> npt.NDArray[np.uint8]:
    """Grown as Swin2SR's image processor does it: always by at least a pixel."""
    down, across = (multiple - length % multiple for length in pixels.shape[:2])
    return np.pad(pixels, ((0, down), (0, across), (0, 0)), "symmetric")


def grown(
    pixels: npt.NDArray[np.uint8], size: tuple[int, int], mode: Literal["edge", "constant"]
) -> npt.NDArray[np.uint8]:
    """Grown to a height and a width, right and below, by its rim or by black."""
    down, across = (max(0, new - old) for new, old in zip(size, pixels.shape, strict=False))
    return np.pad(pixels, ((0, down), (0, across), (0, 0)), mode) if down or across else pixels


def padded_below(tensor: npt.NDArray[np.float32], size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """A tensor of shape (channels, h, w), filled up to a height and a width by zeros.

    Raises:
        PictureError: it is larger than that.
    """
    height, width = tensor.shape[1:]
    if height > size[0] or width > size[1]:
        raise PictureError(
            f"The picture becomes larger than this model takes ({width} × {height} pixels "
            f"instead of {size[1]} × {size[0]}).",
            "Choose another model for it.",
        )
    padded = np.zeros((len(tensor), *size), np.float32)
    padded[:, :height, :width] = tensor
    return padded


def widened(tensor: npt.NDArray[np.float32], width: int) -> npt.NDArray[np.float32]:
    """A tensor of shape (channels, h, w), filled up on the right to a width by zeros."""
    return np.pad(tensor, ((0, 0), (0, 0), (0, max(0, width - tensor.shape[2]))))


def padded_around(
    tensor: npt.NDArray[np.float32], multiple: int
) -> tuple[npt.NDArray[np.float32], int, int]:
    """The tensor in the middle of zeros, as DPT's image processor pads it, and where it lies."""
    down, across = (-length % multiple for length in tensor.shape[1:])
    top, left = down // 2, across // 2
    padded = np.pad(tensor, ((0, 0), (top, down - top), (left, across - left)))
    return padded, top, left
