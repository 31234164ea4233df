"""What is told of a picture that shows nothing but noise, made as bright as cells are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

_SIDE = 8
_MOST_PIXELS = 4_000_000
_FEWEST_BLOCKS = 256
_ALIKE = 1.25
_WIDEST = 16.0
"""Standard deviations of the noise: of a quarter of a million pixels of it, all lie within ten."""


def noise_words(values: npt.NDArray[Any], low: float, high: float) -> str:
    """A sentence, after a space, where an empty field may have been stretched; else nothing.

    Of noise that differs from pixel to pixel the means of blocks of 64 differ an eighth as much as
    the pixels do; of anything that is larger than a pixel, more. Pixels are compared with their
    neighbours, and blocks with the middle of both of theirs, so that uneven light counts little.
    Where the range is wide beside the noise, that stays dark, and nothing is told.

    Args:
        values: of a grey picture, shape (height, width).
        low: what became black.
        high: what became white.
    """
    height, width = values.shape[0] // _SIDE, values.shape[1] // _SIDE
    if height * width < _FEWEST_BLOCKS:
        return ""
    count = min(height, max(1, _MOST_PIXELS // (_SIDE * _SIDE * width)))
    pixels = blocks = 0.0
    for row in np.linspace(0, height - 1, count).astype(int):
        strip = values[row * _SIDE : (row + 1) * _SIDE, : width * _SIDE].astype(np.float64)
        pixels += float(np.square(np.diff(strip, axis=1)).mean())
        means = strip.reshape(_SIDE, width, _SIDE).mean(axis=(0, 2))
        blocks += float(np.square(np.diff(means, 2)).mean()) / 3
    # Each is twice the variance of noise. NaN is in no order with anything: nothing is told of it.
    deviation = (pixels / count / 2) ** 0.5
    if not (blocks * _SIDE * _SIDE < _ALIKE * pixels and high - low < _WIDEST * deviation):
        return ""
    return (
        " Its pixels differ as noise does: if this is an empty field, its noise is now as bright "
        "as cells are elsewhere. “Fixed, for all pictures” (--range LOW:HIGH) keeps it dark."
    )
