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


def size_words(width: int, height: int) -> str:
    """A map's size for an error.

    Raises:
        PixelMapError: too large, or nothing.
    """
    said = f"{width} by {height} pixels"
    if width < 1 or height < 1 or width * height > MAX_MAP_PIXELS:
        raise PixelMapError(f"there are no maps of {said}")
    return said


def inflated_pieces(packed: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Pieces of so many bytes each, one after the other, of a zlib stream of just these.

    Whatever was packed, no more than one byte beyond them is ever unpacked.

    Raises:
        PixelMapError: damaged, or of another number of bytes.
    """
    stream, place, pending = zlib.decompressobj(), 0, b""

    def some(most: int) -> bytes:
        nonlocal place, pending
        while True:
            if not pending:
                pending = packed[place : place + _CHUNK]
                place += len(pending)
            is_over = not pending
            try:
                piece = stream.decompress(pending, most)
            except zlib.error as error:
                raise PixelMapError(f"the map is damaged: {error}") from error
            pending = stream.unconsumed_tail
            if piece or is_over or stream.eof:
                return piece

    for size in sizes:
        pieces: list[bytes] = []
        left = size
        while left:
            piece = some(left)
            if not piece:
                raise PixelMapError("the map is cut short")
            pieces.append(piece)
            left -= len(piece)
        yield b"".join(pieces)
    if some(1) or stream.unused_data or place < len(packed):
        raise PixelMapError("the map holds more than its size asks for")
    if not stream.eof:
        raise PixelMapError("the map is cut short")


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
            PixelMapError: another number of bytes than the size asks for, or damaged ones.
        """
        whole, rest = divmod(self.height, rows)
        sizes = [rows * self.width] * whole + [rest * self.width] * (rest > 0)
        yield from inflated_pieces(self.packed, sizes)

    def unpack(self) -> bytes:
        """The `width * height` bytes, rows from the top; not for the event loop either.

        Raises:
            PixelMapError: too large, damaged, or of another number of bytes.
        """
        said = size_words(self.width, self.height)
        size = self.width * self.height
        stream = zlib.decompressobj()
        try:
            raw = stream.decompress(self.packed, size + 1)
        except zlib.error as error:
            raise PixelMapError(f"the map of {said} is damaged: {error}") from error
        if len(raw) != size or not stream.eof or stream.unused_data:
            raise PixelMapError(f"the map does not hold {said}")
        return raw
