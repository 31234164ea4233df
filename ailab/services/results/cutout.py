"""A picture cut out by its matte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from ailab.services.results.map_rows import map_pixels, rows_at_once

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.predictions import Segmentation


def cutout(pixels: npt.NDArray[np.uint8], matte: Segmentation) -> Image.Image:
    """The picture with a matte as its alpha: 255 where a pixel is foreground, 0 where it is not.

    The colours stay the picture's own, also where they cannot be seen, so that nothing is lost.

    Args:
        pixels: uint8, shape (height, width, 3), R, G, B.
        matte: whose confidence tells how much of each pixel is foreground; of any size.

    Returns:
        An RGBA picture of the size of `pixels`, made strip by strip.
    """
    height, width = pixels.shape[:2]
    own = matte.width, matte.height
    alpha = Image.frombuffer("L", own, map_pixels(matte.confidence, own))
    if alpha.size != (width, height):
        alpha = alpha.resize((width, height), Image.Resampling.BILINEAR)
    picture = Image.new("RGBA", (width, height))
    rows = rows_at_once(width)
    for top in range(0, height, rows):
        strip = Image.fromarray(pixels[top : top + rows])
        strip.putalpha(alpha.crop((0, top, width, top + strip.height)))
        picture.paste(strip, (0, top))
    return picture
