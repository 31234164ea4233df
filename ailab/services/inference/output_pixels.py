"""A picture that a model made, as PNG, as pixels, and ready to be shown.

Pillow and NumPy are imported by the functions, which are for threads: the window appears without
them.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ailab.services.images.bgrx_pixels import bgrx_pixels
from ailab.services.images.picture import Picture
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.predictions import OutputImage

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

_LEVEL = 1


class OutputImageError(ValueError):
    """The bytes are not a picture of the size that they are said to have."""


def output_image(pixels: npt.NDArray[np.uint8]) -> OutputImage:
    """Pack pixels of shape (height, width, 3), R, G, B."""
    from PIL import Image  # noqa: PLC0415

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=_LEVEL)
    return OutputImage(pixels.shape[1], pixels.shape[0], buffer.getvalue())


def output_picture(prediction: OutputImage) -> Image.Image:
    """The picture, in RGB.

    Raises:
        OutputImageError: too large, damaged, or not as it is said to be.
    """
    from PIL import Image  # noqa: PLC0415

    size = (prediction.width, prediction.height)
    if min(size) < 1 or size[0] * size[1] > MAX_MAP_PIXELS:
        raise OutputImageError(f"there are no pictures of {size[0]} by {size[1]} pixels")
    try:
        image = Image.open(io.BytesIO(prediction.png), formats=["PNG"])
        if image.size != size or image.mode != "RGB":
            raise OutputImageError(f"the picture is {image.mode} of {image.size}")
        image.load()
    except OutputImageError:
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        raise OutputImageError(f"the picture is damaged: {error!r}") from error
    return image


def output_pixels(prediction: OutputImage) -> npt.NDArray[np.uint8]:
    """The pixels, uint8, shape (height, width, 3), R, G, B.

    Raises:
        OutputImageError: too large, damaged, or not as it is said to be.
    """
    import numpy as np  # noqa: PLC0415

    return np.asarray(output_picture(prediction))


def output_for_display(prediction: OutputImage, longest_side: int) -> Picture:
    """The picture, scaled down where longer than `longest_side` pixels.

    Raises:
        OutputImageError: too large, damaged, or not as it is said to be.
    """
    picture = output_picture(prediction)
    picture.thumbnail((longest_side, longest_side))
    return Picture(
        width=picture.width,
        height=picture.height,
        pixels=bgrx_pixels(picture),
        full_width=prediction.width,
        full_height=prediction.height,
    )
