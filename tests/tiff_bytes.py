"""TIFF files of kinds that Pillow does not write (TIFF 6.0)."""

from __future__ import annotations

import struct
import zlib
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Tags: TypeAlias = dict[int, tuple[str, tuple[int, ...]]]
"""By number; each the kind of its values, `H` (16 bits) or `I` (32 bits), and the values."""

_FORMATS = {"u": 1, "i": 2, "f": 3}


def tiff_bytes(
    samples: npt.NDArray[Any],
    *,
    photometric: int | None = None,
    order: Literal["<", ">"] = "<",
    is_planar: bool = False,
    is_compressed: bool = False,
    tile: int = 0,
    extra: tuple[int, ...] = (),
    orientation: int = 1,
) -> bytes:
    """A TIFF of one page.

    Args:
        samples: shape (height, width, channels).
        photometric: 0 white is zero, 1 black is zero, 2 RGB; None for RGB where there are three
            channels beside `extra`.
        order: `<` or `>`, the order of bytes.
        is_planar: channels lie in planes of their own.
        is_compressed: by deflate.
        tile: the side of square tiles, a multiple of 16; 0 for strips of three rows.
        extra: what the channels after the first ones are (ExtraSamples).
        orientation: as EXIF's.
    """
    height, width, channels = samples.shape
    if photometric is None:
        photometric = 2 if channels - len(extra) == 3 else 1
    planes = [samples[..., i : i + 1] for i in range(channels)] if is_planar else [samples]
    pieces = [piece for plane in planes for piece in _pieces(plane, tile)]
    kind = samples.dtype.newbyteorder(order)
    blocks = [piece.astype(kind).tobytes() for piece in pieces]
    if is_compressed:
        blocks = [zlib.compress(block) for block in blocks]
    starts: list[int] = (8 + np.cumsum([0, *map(len, blocks)])).tolist()
    tags: Tags = {
        256: ("I", (width,)),
        257: ("I", (height,)),
        258: ("H", (samples.dtype.itemsize * 8,) * channels),
        259: ("H", (8 if is_compressed else 1,)),
        262: ("H", (photometric,)),
        274: ("H", (orientation,)),
        277: ("H", (channels,)),
        284: ("H", (2 if is_planar else 1,)),
        339: ("H", (_FORMATS[samples.dtype.kind],) * channels),
        324 if tile else 273: ("I", tuple(starts[:-1])),
        325 if tile else 279: ("I", tuple(map(len, blocks))),
    }
    tags |= {322: ("I", (tile,)), 323: ("I", (tile,))} if tile else {278: ("I", (3,))}
    if extra:
        tags[338] = ("H", extra)
    body = b"".join(blocks) + bytes(starts[-1] % 2)
    directory = 8 + len(body)
    magic = b"II*\0" if order == "<" else b"MM\0*"
    return magic + struct.pack(f"{order}I", directory) + body + _directory(tags, order, directory)


def tiff_of(width: int, height: int, compression: int, data: bytes, tags: Tags) -> bytes:
    """A TIFF of one strip that is compressed already.

    Args:
        width: in pixels.
        height: in pixels.
        compression: its number.
        data: the strip, which begins at the file's eighth byte.
        tags: others than those of sizes.
    """
    common: Tags = {
        256: ("I", (width,)),
        257: ("I", (height,)),
        259: ("H", (compression,)),
        273: ("I", (8,)),
        278: ("I", (height,)),
        279: ("I", (len(data),)),
    }
    body = data + bytes(len(data) % 2)
    directory = 8 + len(body)
    start = b"II*\0" + struct.pack("<I", directory)
    return start + body + _directory(common | tags, "<", directory)


def _pieces(plane: npt.NDArray[Any], tile: int) -> list[npt.NDArray[Any]]:
    height, width, _ = plane.shape
    if not tile:
        return [plane[top : top + 3] for top in range(0, height, 3)]
    padded = np.pad(plane, ((0, -height % tile), (0, -width % tile), (0, 0)))
    return [
        padded[top : top + tile, left : left + tile]
        for top in range(0, height, tile)
        for left in range(0, width, tile)
    ]


def _directory(tags: Tags, order: str, start: int) -> bytes:
    entries, values = b"", b""
    after = start + 2 + 12 * len(tags) + 4
    for tag, (kind, numbers) in sorted(tags.items()):
        data = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        entries += struct.pack(f"{order}HHI", tag, {"H": 3, "I": 4}[kind], len(numbers))
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack(f"{order}I", after + len(values))
            values += data
    return b"".join((struct.pack(f"{order}H", len(tags)), entries, b"\0" * 4, values))
