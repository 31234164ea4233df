"""A map of numbers as a TIFF file, strip by strip (Adobe, TIFF Revision 6.0, 1992)."""

from __future__ import annotations

import struct
from typing import IO

from ailab.services.inference.float_map import FloatMap

_HEADER, _COUNT = struct.Struct("<2sHI"), struct.Struct("<H")
_ENTRY, _NEXT = struct.Struct("<HHII"), struct.Struct("<I")
_SHORT, _LONG = 3, 4
_BYTES = 4
_START = 136
"""Where the numbers begin: behind the tags, at a multiple of their length."""


def write_float_tiff(values: FloatMap, file: IO[bytes]) -> None:
    """Write a map as one strip of 32-bit floating-point numbers, uncompressed, little-endian.

    Raises:
        PixelMapError: the map is damaged.
    """
    tags = (
        (256, _LONG, values.width),
        (257, _LONG, values.height),
        (258, _SHORT, 8 * _BYTES),  # bits per sample
        (259, _SHORT, 1),  # uncompressed
        (262, _SHORT, 1),  # black is zero
        (273, _LONG, _START),
        (277, _SHORT, 1),  # samples per pixel
        (278, _LONG, values.height),  # rows of the strip
        (279, _LONG, values.width * values.height * _BYTES),
        (339, _SHORT, 3),  # floating point
    )
    head = _HEADER.pack(b"II", 42, _HEADER.size) + _COUNT.pack(len(tags))
    head += b"".join(_ENTRY.pack(tag, kind, 1, value) for tag, kind, value in tags) + _NEXT.pack(0)
    file.write(head.ljust(_START, b"\0"))
    for strip in values.strips():
        file.write(strip.astype("<f4", copy=False).tobytes())
