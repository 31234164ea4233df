"""A packed map's rows, unpacked as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.float_map import FloatMap

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]


class UnpackedRows:
    """Rows of a map for who goes through it from the top, so that it is never whole in memory.

    Attributes:
        shape: height and width of the map.
    """

    def __init__(self, packed: FloatMap) -> None:
        self.shape = packed.height, packed.width
        self._strips = packed.strips()
        self._held = np.empty((0, packed.width), np.float32)
        self._first = 0

    def __getitem__(self, rows: npt.NDArray[np.intp]) -> Floats:
        """Some rows, none of them above the uppermost of those asked for before.

        Raises:
            PixelMapError: the map is damaged.
        """
        top, bottom = int(rows.min()), int(rows.max())
        pieces, end = [self._held], self._first + len(self._held)
        while end <= bottom:
            pieces.append(next(self._strips))
            end += len(pieces[-1])
        held = np.concatenate(pieces)[top - self._first :]
        self._held, self._first = held, top
        return held[rows - top]
