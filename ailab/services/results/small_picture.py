"""What a network makes of a picture, small enough for a cell of a table.

Pillow and NumPy are imported by the function, which is for threads: the window appears without
them.
"""

from __future__ import annotations

from ailab.services.images.bgrx_pixels import bgrx_pixels
from ailab.services.images.picture import Picture
from ailab.services.inference.output_pixels import output_for_display
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import DepthMap, OutputImage


def small_picture(result: PictureResult, longest_side: int) -> Picture | None:
    """Depths in colours in the picture's shape, or the picture made; None for other results.

    Args:
        result: what came of a picture.
        longest_side: in pixels.

    Raises:
        PixelMapError: the map is damaged.
        OutputImageError: the picture made is damaged.
    """
    match result.prediction:
        case DepthMap() as depths:
            from ailab.services.results.depth_picture import depth_picture  # noqa: PLC0415

            share = longest_side / max(result.width, result.height, 1)
            size = (max(1, round(result.width * share)), max(1, round(result.height * share)))
            image = depth_picture(depths, size)
            return Picture(*size, bgrx_pixels(image), result.width, result.height)
        case OutputImage() as made:
            return output_for_display(made, longest_side)
        case _:
            return None
