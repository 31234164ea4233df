"""Pictures as patches of their own proportions, as Pix2Struct and Kosmos-2.5 take them.

Source: `Pix2StructImageProcessorPil` and `Kosmos2_5ImageProcessorPil` of transformers 5, whose
resizing is PyTorch's `interpolate(mode="bilinear", antialias=True)`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.images.picture_rows import PictureRows
from ailab.services.inference.antialiased_resize import antialiased

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL import Image

    from ailab.services.inference.preprocessing import PatchSteps

_STRIP = 64
"""Rows that are counted at once: NumPy needs eight times their memory for it."""


def flattened_patches(
    picture: npt.NDArray[np.uint8] | Image.Image, how: PatchSteps
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cut a picture into as many patches as may be, its proportions kept as far as they can be.

    Args:
        picture: R, G, B, shape (height, width, 3), or as Pillow has it.
        how: the steps.

    Returns:
        For each patch its row and column, counted from 1, and its values, row by row and pixel by
        pixel: float32 of shape (1, most, 2 + patch height × patch width × 3), zero where there is
        no patch; and float32 of shape (1, most), 1 where there is one.
    """
    pixels = PictureRows(picture)
    rows, columns = patch_grid(*pixels.shape[:2], how)
    values = antialiased(pixels, rows * how.height, columns * how.width)
    if how.is_normalised:
        mean, deviation = _spread(pixels)
        # Before or after resizing is the same but for rounding, and after takes far less memory.
        values = (values - np.float32(mean)) / np.float32(deviation)
    cut = values.reshape(rows, how.height, columns, how.width, 3)
    patches = np.zeros((how.most, 2 + how.height * how.width * 3), np.float32)
    count = min(rows * columns, how.most)
    patches[:count, 0] = np.repeat(np.arange(1, rows + 1), columns)[:count]
    patches[:count, 1] = np.tile(np.arange(1, columns + 1), rows)[:count]
    patches[:count, 2:] = cut.transpose(0, 2, 1, 3, 4).reshape(rows * columns, -1)[:count]
    is_patch = (patches.sum(axis=-1) != 0).astype(np.float32)
    return patches[None], is_patch[None]


def patch_grid(height: int, width: int, how: PatchSteps) -> tuple[int, int]:
    """How many rows and columns of patches a picture of that many pixels is cut into."""
    scale = (how.most * (how.height / height) * (how.width / width)) ** 0.5
    rows = max(min(int(scale * height / how.height), how.most), 1)
    columns = max(min(int(scale * width / how.width), how.most), 1)
    return rows, columns


def _spread(pixels: PictureRows) -> tuple[float, float]:
    """Mean and standard deviation of all values, the latter never zero."""
    counts, levels = np.zeros(256, np.int64), np.arange(256)
    for top in range(0, pixels.shape[0], _STRIP):
        counts += np.bincount(pixels[top : top + _STRIP].reshape(-1), minlength=256)
    size = math.prod(pixels.shape)
    mean = float(counts @ levels) / size
    variance = float(counts @ (levels - mean) ** 2) / size
    return mean, max(math.sqrt(variance), 1.0 / math.sqrt(size))
