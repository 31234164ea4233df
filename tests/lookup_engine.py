"""An engine of another kind, as small as can be: what a class scores is looked up in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ailab.services.inference.device import AUTO
from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.network import MODEL, TensorSpec

if TYPE_CHECKING:
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors


class LookupNetwork:
    """Scores classes by the mean of each colour, times a table of shape (3, classes)."""

    device = ON_CPU

    def __init__(self, table: npt.NDArray[np.float32]) -> None:
        self._table = table

    def inputs(self, part: str = MODEL) -> list[TensorSpec]:
        """A batch of pictures, channels first."""
        return [TensorSpec("pixel_values", "float32", (None, 3, None, None))]

    def has(self, part: str) -> bool:
        """True for the whole."""
        return part == MODEL

    def run(self, feeds: Tensors, part: str = MODEL) -> dict[str, npt.NDArray[Any]]:
        """The logits of shape (pictures, classes)."""
        return {"logits": feeds["pixel_values"].mean(axis=(2, 3)) @ self._table}

    def terminate(self) -> None:
        """It is done at once."""


class LookupEngine:
    """Reads `table.npy`."""

    name = "lookup"

    def load(self, description: ModelDescription, device: str = AUTO) -> LookupNetwork:
        """The network of a table."""
        return LookupNetwork(np.load(description.weights, allow_pickle=False))
