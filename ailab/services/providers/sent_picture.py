"""What is sent of a picture: its pixels, and nothing else that its file tells."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from ailab.services.images.picture_error import PictureError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_BYTES = 16 * 2**20
MOST_PIXELS = 50_000_000
"""Several are in memory at once, and in that of the window; no provider takes as many."""

_MOST_LOSSLESS = 6 * 2**20
_LOSSY_ENDINGS = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".heic", ".heif", ".avif"})


@dataclass(frozen=True, slots=True)
class SentPicture:
    """A picture, ready to be sent.

    Attributes:
        pixels: uint8, shape (height, width, 3), R, G, B, upright: what the local engines see.
        data: a JPEG or PNG file of these pixels, without the place, time and camera that the
            picture's own file may tell.
        media_type: `image/jpeg` or `image/png`.
        notes: what was done to the picture that a person should know.
    """

    pixels: npt.NDArray[np.uint8] = field(repr=False)
    data: bytes = field(repr=False)
    media_type: str
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def read_sent_picture(path: Path) -> SentPicture:
    """Read a picture and encode it anew; for a thread.

    A picture from a lossless file is sent as PNG where that has at most 6 MB; every other as JPEG
    of quality 95 with colours at full resolution, whose pixels differ a little.

    Raises:
        PictureError: it cannot be read, or has too many pixels to be sent.
    """
    from PIL import Image  # noqa: PLC0415 - the window appears without it

    from ailab.services.images.image_reader import read_image  # noqa: PLC0415

    decoded = read_image(path, max_pixels=MOST_PIXELS)
    image = Image.fromarray(decoded.pixels)
    data, kind = b"", ""
    if path.suffix.lower() not in _LOSSY_ENDINGS:
        data, kind = _encoded(image, "PNG", compress_level=4), "image/png"
    if not data or len(data) > _MOST_LOSSLESS:
        data, kind = _jpeg(image, PurePath(path).name), "image/jpeg"
    if len(data) > MOST_BYTES:
        raise _too_large(PurePath(path).name, f"{len(data)} bytes as JPEG")
    return SentPicture(decoded.pixels, data, kind, decoded.notes)


def _jpeg(image: object, name: str) -> bytes:
    try:
        return _encoded(image, "JPEG", quality=95, subsampling=0)
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
