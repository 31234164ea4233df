"""A map of one number for each pixel, packed: a run of hundreds of pictures keeps its maps."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ailab.services.inference.pixel_map import (
    MAX_MAP_PIXELS,
    PixelMapError,
    inflated_pieces,
    size_words,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LEVEL = 1
_BYTES = 4
_STRIP_VALUES = 131_072


@dataclass(frozen=True, slots=True)
class FloatMap:
    """A finite number for each pixel of a map, packed with zlib.

    Attributes:
        width: in pixels, from 1.
        height: in pixels, from 1.
        packed: a zlib stream (RFC 1950) of strips of rows from the top, each of as many rows as
            make 131072 numbers, one at least. Each number's bits, as float32 (IEEE 754), are told
            by how much they differ, modulo 2^32, from those that go on from the two before it in
            its row as these did (`x - 2 left + left of it`, beside the border 0), with the sign in
            the lowest bit; the first bytes of all these of a strip, little-endian, and then all
            second ones, and so on. What lies between a network's cells goes on so nearly
            everywhere, so that most bytes are 0: a strip packs to half of what its own bytes do.
    """

    width: int
    height: int
    packed: bytes = field(repr=False)

    @classmethod
    def pack(cls, values: npt.NDArray[np.float32]) -> FloatMap:
        """Pack a map of shape (height, width); not on the event loop.

        Raises:
            PixelMapError: no such map, or a number that is infinite or NaN.
        """
        if values.ndim != 2 or not 0 < values.size <= MAX_MAP_PIXELS:
            raise PixelMapError(f"there are no maps of shape {values.shape}")
        height, width = values.shape
        return cls.pack_strips(width, height, [values])

    @classmethod
    def pack_strips(
        cls, width: int, height: int, strips: Iterable[npt.NDArray[np.float32]]
    ) -> FloatMap:
        """Pack a map that is never whole in memory: its rows from the top, some at a time.

        Raises:
            PixelMapError: no such map, another number of rows, or a number that is infinite or NaN.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        size_words(width, height)
        packer = zlib.compressobj(_LEVEL)
        packed = io.BytesIO()  # what it holds comes out of it without being copied
        held = np.empty((min(height, _rows(width)), width), "<f4")
        count = filled = 0
        for strip in strips:
            rest = strip
            count += len(strip)
            while len(rest):
                some = rest[: len(held) - filled]
                held[filled : filled + len(some)] = some
                filled, rest = filled + len(some), rest[len(some) :]
                if filled == len(held):
                    packed.write(packer.compress(_told(held)))
                    filled = 0
        if filled:
            packed.write(packer.compress(_told(held[:filled])))
        packed.write(packer.flush())
        if count != height:
            raise PixelMapError(f"{count} rows are not {width} by {height} pixels")
        return cls(width, height, packed.getvalue())

    def strips(self) -> Iterator[npt.NDArray[np.float32]]:
        """The rows from the top, float32, shape (rows, width), some at a time.

        Raises:
            PixelMapError: too large, damaged, of another size, or a number that is not finite.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        said = size_words(self.width, self.height)
        whole, rest = divmod(self.height, _rows(self.width))
        heights = [_rows(self.width)] * whole + [rest] * (rest > 0)
        sizes = [height * self.width * _BYTES for height in heights]
        for raw in inflated_pieces(self.packed, sizes):
            planes = np.frombuffer(raw, np.uint8).reshape(_BYTES, -1)
            steps = np.ascontiguousarray(planes.T).view("<u4").reshape(-1, self.width)
            steps = (steps >> 1) ^ -(steps & 1)
            for _ in range(2):
                np.cumsum(steps, axis=1, dtype=np.uint32, out=steps)
            values = steps.astype(np.uint32, copy=False).view(np.float32)
            if not np.isfinite(values).all():
                raise PixelMapError(f"a number of the map of {said} is infinite or NaN")
            yield values

    def unpack(self) -> npt.NDArray[np.float32]:
        """The map, float32, shape (height, width); not on the event loop either.

        Raises:
            PixelMapError: as `strips`.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        size_words(self.width, self.height)
        values = np.empty((self.height, self.width), np.float32)
        top = 0
        for strip in self.strips():
            values[top : top + len(strip)] = strip
            top += len(strip)
        return values


def _rows(width: int) -> int:
    """How many rows make a strip."""
    return max(1, _STRIP_VALUES // width)


def _told(values: npt.NDArray[np.float32]) -> bytes:
    """A strip's bytes, from little-endian numbers of shape (rows, width)."""
    import numpy as np  # noqa: PLC0415 - the window appears without it

    if not np.isfinite(values).all():
        raise PixelMapError("a number of the map is infinite or NaN")
    steps = np.diff(values.view("<u4"), 2, axis=1, prepend=np.zeros((len(values), 2), "<u4"))
    steps = ((steps << 1) ^ -(steps >> 31)).astype("<u4", copy=False)
    return steps.view(np.uint8).reshape(-1, _BYTES).T.tobytes()
