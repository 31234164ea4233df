"""A picture as a row of patches, which keeps its shape, as SigLIP 2's NaFlex networks take it.

Source: `Siglip2ImageProcessorPil` of transformers 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.preprocessing import Preprocessing

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement

PIXELS, MASK, SHAPE = "pixel_values", "pixel_attention_mask", "spatial_shapes"
"""The inputs of such a network: patches, which of them are filled, and their rows and columns."""


@dataclass(frozen=True, slots=True)
class PatchInput:
    """The three inputs of such a network; a `PictureForm`.

    Attributes:
        preprocessing: what is done to a picture first; with `patch` and `most_patches`.
        dtypes: of the inputs, by name.
    """

    preprocessing: Preprocessing
    dtypes: dict[str, type[np.generic]]

    def feeds(
        self, tensor: npt.NDArray[np.float32], _placement: Placement
    ) -> dict[str, npt.NDArray[Any]]:
        """Patches of shape (1, most patches, side × side × 3), empty ones last, and what they are.

        The other two have the shapes (1, most patches), of ones and zeros, and (1, 2).
        """
        patch, most = self.preprocessing.patch, self.preprocessing.most_patches
        channels, height, width = tensor.shape[1:]
        rows, columns = height // patch, width // patch
        grid = tensor.reshape(channels, rows, patch, columns, patch)
        row = grid.transpose(1, 3, 2, 4, 0).reshape(rows * columns, -1)
        patches = np.zeros((1, max(most, len(row)), row.shape[1]), np.float32)
        patches[0, : len(row)] = row
        mask = np.zeros(patches.shape[:2], np.int64)
        mask[0, : len(row)] = 1
        made = {PIXELS: patches, MASK: mask, SHAPE: np.array([[rows, columns]])}
        return {name: made[name].astype(dtype) for name, dtype in self.dtypes.items()}
