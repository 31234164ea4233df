"""What is sent of a picture: its pixels, and nothing else that its file tells."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_reference import parse_picture
from ailab.services.images.pixel_size import PixelSize
from ailab.services.images.plane import Plane

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_BYTES = 16 * 2**20
MOST_PIXELS = 50_000_000
"""Several are in memory at once, and in that of the window; no provider takes as many."""

_MOST_LOSSLESS = 6 * 2**20
_MOST_IN_CHAT = 3_000_000
"""Bytes: in base64 a third more, and some providers take no request of over 4 MB."""

_QUALITY, _LESSER_QUALITIES = 95, (85, 75)
_LOSSY_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".heic", ".heif", ".hif", ".avif"})


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A picture, ready to be sent.

    Attributes:
        pixels: uint8, shape (height, width, 3), R, G, B, upright: what the local engines see.
        data: a JPEG or PNG file of these pixels, without the place, time and camera that the
            picture's own file may tell.
        media_type: `image/jpeg` or `image/png`.
        notes: what was done to the picture that a person should know.
        plane: which channel, slice and frame of a stack it is; None where that is not told.
        pixel_size: of the picture's pixels; None where that is neither told nor given.
        taken: when the camera took it; empty where that is not told.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    data: bytes = field(repr=False)
    media_type: str
    notes: tuple[str, ...] = ()
    plane: Plane | None = None
    pixel_size: PixelSize | None = None
    taken: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def read_sent_picture(picture: str, *, in_chat: bool = False) -> SentPicture:
    """Read a picture and encode it anew; for a thread.

    A picture from a lossless file is sent as PNG where that has at most 6 MB; every other as JPEG
    of quality 95 with colours at full resolution, whose pixels differ a little.

    Args:
        picture: its `PictureReference`.
        in_chat: it goes into a request as base64: a PNG of more than 3 MB becomes a JPEG there,
            and a JPEG of more than 3 MB one of a lesser quality, of which a note tells.

    Raises:
        PictureError: it cannot be read, or has too many pixels to be sent.
    """
    from PIL import Image  # noqa: PLC0415 - the window appears without it

    from ailab.services.images.image_reader import read_picture  # noqa: PLC0415

    reference = parse_picture(picture)
    decoded = read_picture(picture, max_pixels=MOST_PIXELS)
    image = Image.fromarray(decoded.pixels)
    notes = decoded.notes
    data, kind = b"", ""
    if PurePath(reference.path).suffix.lower() not in _LOSSY_ENDINGS:
        data, kind = _encoded(image, "PNG", compress_level=4), "image/png"
    if not data or len(data) > (_MOST_IN_CHAT if in_chat else _MOST_LOSSLESS):
        name = reference.name
        data, kind = _jpeg(image, name, _QUALITY), "image/jpeg"
        for quality in _LESSER_QUALITIES if in_chat else ():
            if len(data) <= _MOST_IN_CHAT:
                break
            data = _jpeg(image, name, quality)
            notes = (*decoded.notes, _lesser(quality))
    if len(data) > MOST_BYTES:
        raise _too_large(reference.name, f"{len(data)} bytes as JPEG")
    return SentPicture(
        decoded.pixels,
        data,
        kind,
        notes,
        decoded.plane,
        pixel_size=decoded.pixel_size,
        taken=decoded.taken,
    )


def _lesser(quality: int) -> str:
    return f"The picture was sent as JPEG of quality {quality}: models that chat take few MB."


def _jpeg(image: object, name: str, quality: int) -> bytes:
    try:
        return _encoded(image, "JPEG", quality=quality, subsampling=0)
    except OSError as error:  # sides of over 65 500 pixels
        raise _too_large(name, str(error)) from error


def _encoded(image: object, kind: str, **options: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)  # type: ignore[attr-defined]
    return buffer.getvalue()


def _too_large(name: str, detail: str) -> PictureError:
    return PictureError(
        f"{name} is too large to be sent to a provider.",
        "Scale it down in another program first, or run it on this computer.",
        detail=detail,
    )
