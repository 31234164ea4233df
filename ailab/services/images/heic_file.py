"""HEIC and other pictures in HEIF's container, which Pillow alone does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from ailab.services.images.heic_support import reads_heic
from ailab.services.images.picture_format import HEIC, picture_format
from ailab.services.images.picture_refusal import lacks_heic

HEIF = "HEIF"
"""What the format of a picture that was opened here is called."""


def is_readable_heic(file: BinaryIO) -> bool:
    """True for a file of that kind, where what reads it is installed."""
    file.seek(0)
    known = picture_format(file.read(256))
    return known is not None and known.name == HEIC and reads_heic()


def open_heic(file: BinaryIO, name: str) -> Image.Image:
    """Open the main picture of a file of that kind; it is not decoded yet.

    libheif turns it upright as the file's own properties (`irot` and `imir`, ISO/IEC 23008-12)
    say, and the orientation that its EXIF data repeats is gone. Colours of more than 8 bits come
    in 8. What would be decoded to another size than the file tells, libheif refuses.

    Args:
        file: stays open until the picture is loaded.
        name: what it is called.

    Raises:
        PictureError: what reads it does not start.
        Exception: the file is damaged; nearly any.
    """
    try:
        # Not made known to Pillow, for which it would take some AVIF that it does not read.
        from pillow_heif import HeifImageFile, options  # noqa: PLC0415

        # The small copy in a file may show something else than the picture; depths are not used.
        options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
        image: Image.Image = HeifImageFile(file)
    except ImportError as error:
        raise lacks_heic(name, detail=str(error)) from error
    return image


def heic_notes(image: Image.Image) -> Iterator[str]:
    """What a person should know of a picture that `open_heic` opened."""
    pictures = getattr(image, "n_frames", 1)
    if pictures > 1:
        yield f"The file has {pictures} pictures: its main one is used."
    bits = image.info.get("bit_depth", 8)
    if bits > 8 and image.mode in {"RGB", "RGBA"}:
        yield f"{bits}-bit colours: the upper 8 bits of each channel were taken."
