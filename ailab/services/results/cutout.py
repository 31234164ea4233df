"""A picture cut out by its matte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

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
        An RGBA picture of the size of `pixels`.
    """
    picture = Image.fromarray(pixels)
    alpha = Image.frombytes("L", (matte.width, matte.height), matte.confidence.unpack())
    if alpha.size != picture.size:
        alpha = alpha.resize(picture.size, Image.Resampling.BILINEAR)
    picture.putalpha(alpha)
    return picture
