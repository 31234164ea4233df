"""Bilinear resizing to numbers that are not rounded, blurring what it shrinks, as PyTorch does it.

Source: `_upsample_bilinear2d_aa` of PyTorch (`aten/src/ATen/native/cpu/UpSampleKernel.cpp`): first
across, then down, weights of a triangle as wide as what is shrunk to one pixel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.images.picture_rows import PictureRows

if TYPE_CHECKING:
    import numpy.typing as npt

_STRIP_PIXELS = 250_000
"""At once: as numbers, a whole picture takes four times its memory."""


def antialiased(picture: PictureRows, height: int, width: int) -> npt.NDArray[np.float32]:
    """Resize a picture; corners are not aligned.

    Args:
        picture: its rows.
        height: of the outcome.
        width: of it.

    Returns:
        float32 of shape (height, width, channels), 0 to 255.
    """
    rows, columns, channels = picture.shape
    across = _window(columns, width)
    places, weights = _window(rows, height)
    made = np.empty((height, width, channels), np.float32)
    at_once = max(1, int(_STRIP_PIXELS / columns * height / rows))
    for top in range(0, height, at_once):
        some = slice(top, top + at_once)
        first = int(places[some].min())
        pixels = picture[first : int(places[some].max()) + 1]
        strip = _along_rows(pixels.transpose(1, 0, 2).astype(np.float32, order="C"), *across)
        lines = np.ascontiguousarray(strip.transpose(1, 0, 2))
        made[some] = _along_rows(lines, places[some] - first, weights[some])
    return made


def _along_rows(
    values: npt.NDArray[np.float32], places: npt.NDArray[np.intp], weights: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    made = np.zeros((len(places), *values.shape[1:]), np.float32)
    for place, weight in zip(places.T, weights.T, strict=True):
        made += values[place] * weight[:, None, None]
    return made


def _window(length: int, new_length: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """For each new place the old ones that it is made of and their weights, as many for each."""
    if length == new_length:
        return np.arange(length)[:, None], np.ones((length, 1), np.float32)
    scale = length / new_length
    support = max(scale, 1.0)
    centres = scale * (np.arange(new_length) + 0.5)
    first = np.maximum((centres - support + 0.5).astype(np.intp), 0)
    counts = np.minimum((centres + support + 0.5).astype(np.intp), length) - first
    steps = np.arange(counts.max())
    distances = (steps + first[:, None] - centres[:, None] + 0.5) / support
    weights = np.maximum(1 - np.abs(distances), 0)
    weights[steps >= counts[:, None]] = 0
    weights /= weights.sum(axis=1, keepdims=True)
    places = np.minimum(first[:, None] + steps, length - 1)
    return places, weights.astype(np.float32)
