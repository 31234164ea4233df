"""A picture filled up to a square and scaled without aliasing, as OWLv2's image processor does it.

Source: `Owlv2ImageProcessorPil` of transformers 5, which blurs by SciPy's `gaussian_filter` and
scales by its `zoom`, as scikit-image's `resize` does. Both work on rows and columns apart, so that
one table of weights per direction does the same without SciPy and without a copy of the picture
in floating point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.images.picture_rows import PictureRows, mirrored_places

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_TRUNCATE = 4.0  # standard deviations that a blur reaches, as in SciPy
_PIXELS_AT_ONCE = 500_000


def square_input(picture: PictureRows, height: int, width: int, factor: float) -> Floats:
    """The picture at the top left of a black square, scaled.

    Args:
        picture: its rows.
        height: of what comes out, in pixels.
        width: of what comes out.
        factor: each value is multiplied with it.

    Returns:
        float32 of shape (height, width, channels).
    """
    rows, columns, channels = picture.shape
    side = max(rows, columns)
    down_places, down_weights = _taps(side, height, rows)
    across_places, across_weights = _taps(side, width, columns)
    table = (np.arange(256, dtype=np.float64) * factor).astype(np.float32)
    result = np.empty((height, width, channels), np.float32)
    at_once = max(1, int(_PIXELS_AT_ONCE / columns * height / side))
    for start in range(0, height, at_once):
        made = slice(start, start + at_once)
        first = int(down_places[made].min())
        pixels = picture[first : int(down_places[made].max()) + 1]
        column = np.zeros((len(down_places[made]), columns, channels), np.float32)
        for places, weights in zip(down_places[made].T, down_weights[made].T, strict=True):
            if weights.any():
                column += weights[:, None, None] * table[pixels[places - first]]
        result[made] = 0
        for places, weights in zip(across_places.T, across_weights.T, strict=True):
            if weights.any():
                result[made] += weights[None, :, None] * column[:, places]
    least, most = _ends(picture)
    return np.clip(result, table[least if rows == columns else 0], table[most], out=result)


def _ends(picture: PictureRows) -> tuple[int, int]:
    """The least and the largest value of a picture."""
    at_once = max(1, _PIXELS_AT_ONCE // picture.shape[1])
    strips = (picture[top : top + at_once] for top in range(0, picture.shape[0], at_once))
    ends = [(int(strip.min()), int(strip.max())) for strip in strips]
    return min(least for least, _ in ends), max(most for _, most in ends)


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
    middle = mirrored_places((np.arange(new) + 0.5) * factor - 0.5, length)
    lower = np.floor(middle)
    share = middle - lower
    # Linear between two places, each of which is a blur of its neighbours.
    steps = np.arange(-radius, radius + 2)
    found = mirrored_places(lower[:, None] + steps, length).astype(np.intp)
    near, far = np.append(blur, 0.0), np.insert(blur, 0, 0.0)
    weights = (1 - share)[:, None] * near + share[:, None] * far
    weighed = np.where(found < there, weights, 0)
    return np.minimum(found, there - 1), weighed.astype(np.float32)
