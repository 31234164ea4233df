"""A picture as the numbers of colours, as ImageGPT reads it: pixel by pixel, from a short list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.preprocessing import Preprocessing

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement


@dataclass(frozen=True, slots=True)
class ColourInput:
    """The one input of such a network; a `PictureForm`.

    Attributes:
        name: of the input.
        dtype: of that input, whole numbers.
        preprocessing: what is done to a picture first; with `colours`.
    """

    name: str
    dtype: type[np.generic]
    preprocessing: Preprocessing

    def feeds(
        self, tensor: npt.NDArray[np.float32], _placement: Placement
    ) -> dict[str, npt.NDArray[Any]]:
        """Numbers of shape (1, pixels), row by row, of the colours that are nearest.

        The distances are reckoned as transformers' image processor does it, in single precision
        where that does so, since of two colours that are about as near rounding chooses.
        """
        colours = np.array(self.preprocessing.colours, np.float64)
        pixels = np.ascontiguousarray(np.moveaxis(tensor[0], 0, -1)).reshape(-1, 3)
        own = np.sum(np.square(pixels), axis=1)
        others = np.sum(np.square(colours.T), axis=0)
        nearest = np.argmin(own[:, None] - 2 * (pixels @ colours.T) + others[None], axis=1)
        return {self.name: nearest[None].astype(self.dtype)}
