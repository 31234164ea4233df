"""A picture cut into a grid of pieces, each as large as a network's input, and the whole after.

Source: `crop_image_to_patches` of transformers' `GotOcr2ImageProcessorPil`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import Preprocessing, Resize

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_PIECES = 12
"""As transformers' `GotOcr2Processor` has it, whatever the image processor's own file says."""


def best_grid(height: int, width: int, piece: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of the grid whose shape is nearest to a picture's.

    Of several of one shape the one with more pieces is taken, as long as they hold no more than
    twice the picture's pixels.

    Args:
        height: of the picture.
        width: of the picture.
        piece: height and width of a piece.
    """
    grids = sorted(
        (
            (columns, rows)
            for columns in range(1, MOST_PIECES + 1)
            for rows in range(1, MOST_PIECES // columns + 1)
        ),
        key=lambda grid: grid[0] * grid[1],
    )
    best, least = (1, 1), np.inf
    for columns, rows in grids:
        off = abs(width / height - columns / rows)
        is_filled = height * width > 0.5 * piece[0] * piece[1] * columns * rows
        if off < least or (off == least and is_filled):
            best, least = (columns, rows), off
    return best


def picture_grid(image: Image.Image, how: Preprocessing) -> npt.NDArray[np.float32] | None:
    """The pieces row by row and, where there are several, the whole picture.

    Args:
        image: upright, of mode RGB.
        how: what is done to a picture that is seen at once.

    Returns:
        Shape (pictures, 3, height, width) of the network's input; None where a picture is not
        stretched to it, so that there are no pieces of one size.
    """
    if how.resize is not Resize.STRETCH:
        return None
    size = how.height, how.width
    columns, rows = best_grid(image.height, image.width, size)
    whole, _ = preprocess(image, how)
    if columns * rows == 1:
        return whole
    whole_grid = columns * size[1], rows * size[0]
    large = np.asarray(image.resize(whole_grid, resample=Image.Resampling(how.resample.value)))
    pieces = (
        large[top : top + size[0], left : left + size[1]]
        for top in range(0, large.shape[0], size[0])
        for left in range(0, large.shape[1], size[1])
    )
    return np.concatenate([*(preprocess(piece, how)[0] for piece in pieces), whole])
