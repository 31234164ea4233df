"""A map of one byte for each pixel, packed: a run of hundreds of pictures keeps its maps."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

MAX_MAP_PIXELS = 50_000_000
"""Pixels that a map may have; what is larger is kept at a smaller scale."""

_LEVEL = 1
"""Less than half the time of zlib's usual level; maps shrink to a tenth or so either way."""


class PixelMapError(ValueError):
    """The bytes are not a map of the size that they are said to have."""


def inflate_map(width: int, height: int, packed: bytes, bytes_per_pixel: int) -> bytes:
    """The bytes of a packed map: exactly as many as its size asks for.

    Whatever was packed, no more than one byte beyond that is ever unpacked.

    Raises:
        PixelMapError: too large, damaged, or of another number of bytes.
    """
    said = f"{width} by {height} pixels"
    if width < 1 or height < 1 or width * height > MAX_MAP_PIXELS:
        raise PixelMapError(f"there are no maps of {said}")
    size = width * height * bytes_per_pixel
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(packed, size + 1)
    except zlib.error as error:
        raise PixelMapError(f"the map of {said} is damaged: {error}") from error
    if len(raw) != size or not stream.eof or stream.unused_data:
        raise PixelMapError(f"the map does not hold {said}")
    return raw


@dataclass(frozen=True, slots=True)
class PixelMap:
    """A byte for each pixel of a map, packed with zlib.

    Attributes:
        width: in pixels, from 1.
        height: in pixels, from 1.
        packed: a zlib stream (RFC 1950) of `width * height` bytes, rows from the top.
    """

    width: int
    height: int
    packed: bytes = field(repr=False)

    @classmethod
    def pack(cls, width: int, height: int, raw: bytes | memoryview) -> PixelMap:
        """Pack `width * height` bytes, rows from the top.

        Takes tens of milliseconds for 12 megapixels, so that it is done in a thread or process
        beside the event loop.

        Raises:
            PixelMapError: another number of bytes.
        """
        if len(raw) != width * height:
            raise PixelMapError(f"{len(raw)} bytes are not {width} by {height} pixels")
        return cls(width, height, zlib.compress(raw, _LEVEL))

    def unpack(self) -> bytes:
        """The `width * height` bytes, rows from the top; not for the event loop either.

        Raises:
            PixelMapError: too large, damaged, or of another number of bytes.
        """
        return inflate_map(self.width, self.height, self.packed, 1)
