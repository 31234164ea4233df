"""A picture ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.images.pixel_size import PixelSize


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded pixels, upright (EXIF orientation applied), 8 bits per channel.

    Attributes:
        width: of `pixels`, in pixels.
        height: of `pixels`, in pixels.
        pixels: rows from the top without padding, 4 bytes per pixel in the order B, G, R, 255
            (what Qt calls `Format_RGB32` on a little-endian machine); `4 * width * height` bytes.
        full_width: width of the picture itself, which may have been scaled down for showing.
        full_height: height of the picture itself.
        notes: what was done to the picture that a person should know
            ("16-bit picture: values 12 to 4095 were stretched to 8 bits").
        page: which of the file's pages or frames, from 1.
        pages: how many the file has.
        is_deep: its values have more than 8 bits, so that it counts which of them are stretched.
        ends: of these what became black and white; None where none were stretched.
        channels: of the file, by their names or numbers, where they are pages of their own.
        is_tiff: it is of a kind of file that may tell the size of its pixels.
        pixel_size: of the picture itself; None where that is neither told nor given.
        told_pixel_size: the same by the file, whatever was given.
    """

    width: int
    height: int
    pixels: bytes = field(repr=False)
    full_width: int
    full_height: int
    notes: tuple[str, ...] = ()
    page: int = 1
    pages: int = 1
    is_deep: bool = False
    ends: tuple[float, float] | None = None
    channels: tuple[str, ...] = ()
    is_tiff: bool = False
    pixel_size: PixelSize | None = None
    told_pixel_size: PixelSize | None = None
