"""What is cut off a picture's rim, or put around it, so that its shape is the network's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL import Image

    from ailab.services.inference.preprocessing import Preprocessing


def first_cropped(image: Image.Image, shares: tuple[float, float]) -> tuple[Image.Image, int, int]:
    """The crop that comes before resizing, and where the picture's top left corner lies in it.

    Args:
        image: of any mode; what the crop has beyond it is black.
        shares: height and width, as shares of the shorter side.
    """
    height, width = (max(1, int(share * min(image.size))) for share in shares)
    top, left = _crop_offset(image.height, height), _crop_offset(image.width, width)
    return image.crop((-left, -top, width - left, height - top)), top, left


def letterboxed(
    pixels: npt.NDArray[np.uint8], how: Preprocessing
) -> tuple[npt.NDArray[np.uint8], int, int]:
    """The picture in a box of one colour, and how far that moved it down and right."""
    height, width = pixels.shape[:2]
    top = (how.height - height) // 2 if how.is_centred else 0
    left = (how.width - width) // 2 if how.is_centred else 0
    box = np.full((how.height, how.width, pixels.shape[2]), how.pad_value, np.uint8)
    box[top : top + height, left : left + width] = pixels
    return box, top, left


def centre_cropped(
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
    crop = np.zeros((new_height, new_width, pixels.shape[2]), np.uint8)
    crop[max(0, top) : top + height, max(0, left) : left + width] = pixels[
        max(0, -top) : new_height - top, max(0, -left) : new_width - left
    ]
    return crop, top, left


def _crop_offset(length: int, new_length: int) -> int:
    if new_length <= length:
        return -((length - new_length) // 2)
    # There: top = (length - new) // 2, then padded by ceil((new - length) / 2).
    return math.ceil((new_length - length) / 2)
