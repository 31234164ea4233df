"""A map of one number for each pixel, packed: a run of hundreds of pictures keeps its maps."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS, PixelMapError, inflate_map

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LEVEL = 1
_BYTES = 4


@dataclass(frozen=True, slots=True)
class FloatMap:
    """A finite number for each pixel of a map, packed with zlib.

    Attributes:
        width: in pixels, from 1.
        height: in pixels, from 1.
        packed: a zlib stream (RFC 1950) of four planes of `width * height` bytes, rows from the
            top: the first bytes of all numbers as little-endian float32 (IEEE 754), then all
            second ones, and so on. Neighbours share their signs, exponents and first digits, so
            that planes pack well where whole numbers do not.
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
        import numpy as np  # noqa: PLC0415 - the window appears without it

        if values.ndim != 2 or not 0 < values.size <= MAX_MAP_PIXELS:
            raise PixelMapError(f"there are no maps of shape {values.shape}")
        if not np.isfinite(values).all():
            raise PixelMapError("a number of the map is infinite or NaN")
        numbers = np.ascontiguousarray(values, "<f4").view(np.uint8).reshape(-1, _BYTES)
        packer = zlib.compressobj(_LEVEL)
        # One plane after the other: all of them at once would be the map once more.
        packed = [packer.compress(np.ascontiguousarray(plane).data) for plane in numbers.T]
        height, width = values.shape
        return cls(width, height, b"".join((*packed, packer.flush())))

    def unpack(self) -> npt.NDArray[np.float32]:
        """The map, float32, shape (height, width); not on the event loop either.

        Raises:
            PixelMapError: too large, damaged, of another size, or a number that is not finite.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        raw = inflate_map(self.width, self.height, self.packed, _BYTES)
        planes = np.frombuffer(raw, np.uint8).reshape(_BYTES, -1)
        values = np.ascontiguousarray(planes.T).view("<f4").reshape(self.height, self.width)
        if not np.isfinite(values).all():
            said = f"{self.width} by {self.height} pixels"
            raise PixelMapError(f"a number of the map of {said} is infinite or NaN")
        return values.astype(np.float32, copy=False)
