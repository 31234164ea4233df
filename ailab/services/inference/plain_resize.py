"""A picture resized as PyTorch's `interpolate` does it: from the pixels next to each place alone.

Pillow's filters take in all the pixels that shrink into one; these do not (`antialias=False`).
Some of transformers' image processors resize so, most of them before anything is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.images.picture_rows import PictureRows
from ailab.services.inference.cubic_interpolation import cubic_weights

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Taps = tuple[npt.NDArray[np.intp], Floats]

_ROWS = 64


def plain_resized(
    picture: PictureRows,
    size: tuple[int, int],
    values: Floats,
    *,
    is_cubic: bool,
    by_corners: bool,
) -> Floats:
    """Resize, bilinearly or by cubic convolution, in single precision as PyTorch does.

    Args:
        picture: its rows.
        size: height and width wanted.
        values: what each of the 256 brightnesses stands for, shape (256,).
        is_cubic: True for `mode="bicubic"`, which overshoots beside edges, False for `bilinear`.
        by_corners: `align_corners` there: True where the middles of the outermost pixels stay at
            the border, False where their outer edges do.

    Returns:
        Shape (*size, channels).
    """
    down = _taps(picture.shape[0], size[0], is_cubic=is_cubic, by_corners=by_corners)
    across = _taps(picture.shape[1], size[1], is_cubic=is_cubic, by_corners=by_corners)
    resized = np.empty((*size, picture.shape[2]), np.float32)
    for top in range(0, size[0], _ROWS):
        rows = slice(top, min(top + _ROWS, size[0]))
        lines = []
        for line in down[0][:, rows]:  # columns first, as there, so that both round alike
            strip = picture[line]
            parts = [values[strip[:, column]] for column in across[0]]
            lines.append(_mixed(parts, across[1][..., None]))
        resized[rows] = _mixed(lines, down[1][:, rows, None, None])
    return resized


def _mixed(parts: list[Floats], weights: Floats) -> Floats:
    """The weighted sum, each addition rounded once, as processors that multiply and add do it."""
    total: Floats = parts[-1] * weights[-1]
    for part, weight in zip(parts[-2::-1], weights[-2::-1], strict=True):
        total = (part.astype(np.float64) * weight + total).astype(np.float32)
    return total


def _taps(length: int, new: int, *, is_cubic: bool, by_corners: bool) -> Taps:
    """Which places make each new one, and by which weights; both of shape (2 or 4, new)."""
    one = np.float32(1.0)
    if by_corners:
        step = np.float32(length - 1) / np.float32(new - 1) if new > 1 else np.float32(0.0)
        places = step * np.arange(new, dtype=np.float32)
    else:
        step = np.float32(length) / np.float32(new)
        middles = np.arange(new) + 0.5
        places = (np.float64(step) * middles - 0.5).astype(np.float32)
    if is_cubic:
        first = np.floor(places)
        weights = cubic_weights(places - first)
        offsets = [-1, 0, 1, 2]
    else:
        places = np.maximum(places, np.float32(0.0))
        first = np.minimum(np.floor(places), np.float32(length - 1))
        share = np.minimum(places - first, one)
        weights = np.stack([one - share, share])
        offsets = [0, 1]
    found: npt.NDArray[Any] = np.stack([first + offset for offset in offsets])
    return np.clip(found, 0, length - 1).astype(np.intp), weights.astype(np.float32)
