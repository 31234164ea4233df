"""A picture filled up to a square and scaled without aliasing, as OWLv2's image processor does it.

Source: `Owlv2ImageProcessorPil` of transformers 5, which blurs by SciPy's `gaussian_filter` and
scales by its `zoom`, as scikit-image's `resize` does. Both work on rows and columns apart, so that
one table of weights per direction does the same without SciPy and without a copy of the picture
in floating point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_TRUNCATE = 4.0  # standard deviations that a blur reaches, as in SciPy
_ROWS = 64


def square_input(pixels: npt.NDArray[np.uint8], height: int, width: int, factor: float) -> Floats:
    """The picture at the top left of a black square, scaled.

    Args:
        pixels: shape (height, width, channels).
        height: of what comes out, in pixels.
        width: of what comes out.
        factor: each value is multiplied with it.

    Returns:
        float32 of shape (height, width, channels).
    """
    side = max(pixels.shape[:2])
    down_places, down_weights = _taps(side, height, pixels.shape[0])
    across_places, across_weights = _taps(side, width, pixels.shape[1])
    table = (np.arange(256, dtype=np.float64) * factor).astype(np.float32)
    result = np.empty((height, width, pixels.shape[2]), np.float32)
    for start in range(0, height, _ROWS):
        rows = slice(start, start + _ROWS)
        column = np.zeros((len(down_places[rows]), *pixels.shape[1:]), np.float32)
        for places, weights in zip(down_places[rows].T, down_weights[rows].T, strict=True):
            if weights.any():
                column += weights[:, None, None] * table[pixels[places]]
        result[rows] = 0
        for places, weights in zip(across_places.T, across_weights.T, strict=True):
            if weights.any():
                result[rows] += weights[None, :, None] * column[:, places]
    least = 0.0 if min(pixels.shape[:2]) < side else float(table[pixels.min()])
    return np.clip(result, least, float(table[pixels.max()]), out=result)


def _taps(length: int, new: int, there: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Which places make each new one, and by which weights.

    Args:
        length: of the square's side.
        new: how many places are made of it.
        there: how many of its places are the picture's; the others are black.

    Returns:
        Two arrays of shape (new, taps); what is black has no weight.
    """
    factor = length / new
    deviation = max(0.0, (factor - 1) / 2)
    radius = int(_TRUNCATE * deviation + 0.5)
    offsets = np.arange(-radius, radius + 1)
    blur = np.ones(1) if deviation == 0 else np.exp(-0.5 * (offsets / deviation) ** 2)
    blur /= blur.sum()
    middle = _mirrored((np.arange(new) + 0.5) * factor - 0.5, length)
    lower = np.floor(middle)
    share = middle - lower
    # Linear between two places, each of which is a blur of its neighbours.
    steps = np.arange(-radius, radius + 2)
    found = _mirrored(lower[:, None] + steps, length).astype(np.intp)
    near, far = np.append(blur, 0.0), np.insert(blur, 0, 0.0)
    weights = (1 - share)[:, None] * near + share[:, None] * far
    weighed = np.where(found < there, weights, 0)
    return np.minimum(found, there - 1), weighed.astype(np.float32)


def _mirrored(places: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """Places beyond the ends, reflected about the middle of the outermost ones."""
    if length == 1:
        return np.zeros_like(places)
    period = 2.0 * (length - 1)
    inside = np.abs(places) % period
    reflected: npt.NDArray[Any] = np.where(inside > length - 1, period - inside, inside)
    return reflected
