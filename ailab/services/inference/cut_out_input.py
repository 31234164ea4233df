"""A picture without what it was filled up with, for networks that fill it up themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.preprocessing import Preprocessing

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement


@dataclass(frozen=True, slots=True)
class CutOutInput:
    """The one input of such a network, height × width × 3, without a batch; a `PictureForm`.

    Attributes:
        name: of the input.
        dtype: of it.
        preprocessing: what is done to a picture first; the placement that comes of it holds for
            what the network makes of the picture, too.
    """

    name: str
    dtype: type[np.generic]
    preprocessing: Preprocessing

    def feeds(
        self, tensor: npt.NDArray[np.float32], placement: Placement
    ) -> dict[str, npt.NDArray[Any]]:
        """The part of the tensor, shape (1, height, width, 3), that the picture fills."""
        rows = round(placement.height * placement.scale_y)
        columns = round(placement.width * placement.scale_x)
        shown = tensor[0, :rows, :columns]
        whole = np.clip(np.rint(shown), 0, 255) if self.dtype is np.uint8 else shown
        return {self.name: np.ascontiguousarray(whole.astype(self.dtype, copy=False))}
