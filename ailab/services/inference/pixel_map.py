"""A map of one byte for each pixel, packed: a run of hundreds of pictures keeps its maps."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_MAP_PIXELS = 50_000_000
"""Pixels that a map may have; what is larger is kept at a smaller scale."""

_CHUNK = 65_536
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

    @classmethod
    def pack_strips(cls, width: int, height: int, strips: Iterable[bytes]) -> PixelMap:
        """Pack a map that is never whole in memory: its rows from the top, some at a time.

        Raises:
            PixelMapError: another number of bytes.
        """
        stream = zlib.compressobj(_LEVEL)
        packed, count = bytearray(), 0
        for strip in strips:
            packed += stream.compress(strip)
            count += len(strip)
        packed += stream.flush()
        if count != width * height:
            raise PixelMapError(f"{count} bytes are not {width} by {height} pixels")
        return cls(width, height, bytes(packed))

    def strips(self, rows: int) -> Iterator[bytes]:
        """The rows from the top, `rows` at a time, the last time those that are left.

        Raises:
            PixelMapError: there are fewer bytes than the size asks for, or they are damaged.
        """
        stream = zlib.decompressobj()
        packed, place, pending = memoryview(self.packed), 0, b""
        left = self.width * self.height
        while left:
            pieces: list[bytes] = []
            wanted = min(rows * self.width, left)
            left -= wanted
            while wanted:
                if not pending:
                    pending = bytes(packed[place : place + _CHUNK])
                    place += len(pending)
                is_over = not pending
                try:
                    piece = stream.decompress(pending, wanted)
                except zlib.error as error:
                    raise PixelMapError(f"the map is damaged: {error}") from error
                pending = stream.unconsumed_tail
                if is_over and not piece:
                    raise PixelMapError("the map is cut short")
                pieces.append(piece)
                wanted -= len(piece)
            yield b"".join(pieces)

    def unpack(self) -> bytes:
        """The `width * height` bytes, rows from the top; not for the event loop either.

        Raises:
            PixelMapError: too large, damaged, or of another number of bytes.
        """
        return inflate_map(self.width, self.height, self.packed, 1)
