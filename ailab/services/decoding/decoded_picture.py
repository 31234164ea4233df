"""Strangers' pictures decoded by Pillow: for the decoder's process, and nowhere else."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field

# All five, so that nothing has to be imported within the walls, nor Pillow's forty others ever.
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from ailab.services.decoding.refusal import MOST_PIXELS, Reason, Refusal

_FORMATS = (
    PngImagePlugin.PngImageFile.format,
    JpegImagePlugin.JpegImageFile.format,
    GifImagePlugin.GifImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
)


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """What the window is answered.

    Attributes:
        width: in pixels, scaled down.
        height: likewise.
        pixels: R, G, B, rows from the top without padding.
        full_width: of the picture itself.
        full_height: likewise.
    """

    width: int
    height: int
    pixels: bytes = field(repr=False)
    full_width: int
    full_height: int


def decoded_picture(content: bytes, widest: int, highest: int) -> DecodedPicture:
    """Decode a picture; see `PictureDecoder.decode`.

    Raises:
        Refusal: of another format, damaged, or of more than 40 megapixels.
        MemoryError: it takes more than there is.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused or mended here
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                return _decoded(image, (widest, highest))
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        is_drawing = b"<svg" in content[:1000].lower()
        raise Refusal(
            Reason.DRAWING if is_drawing else Reason.DAMAGED,
            f"{type(error).__name__}: {error}",
        ) from error


def _decoded(image: Image.Image, most: tuple[int, int]) -> DecodedPicture:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Refusal(Reason.TOO_LARGE, f"{width} × {height} pixels")
    image.draft("RGB", most)
    image.load()
    # Scaled down at once: what comes before may hold the picture's 160 MB twice, and no more.
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        layer = _in_mode("RGBA", image)
        layer.thumbnail(most)
        small = Image.new("RGB", layer.size, "white")
        small.paste(layer, mask=layer.getchannel("A"))
    else:
        small = _in_mode("RGB", image)
        small.thumbnail(most)
    return DecodedPicture(small.width, small.height, small.tobytes(), width, height)


def _in_mode(mode: str, image: Image.Image) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)
