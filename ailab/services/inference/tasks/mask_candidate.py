"""A mask as a network gives it, before it is brought to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.masks import Mask
from ailab.services.inference.pixel_map import PixelMap

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Floats
    from ailab.services.inference.tasks.mask_sampling import MaskSampling


@dataclass(frozen=True, slots=True, eq=False)
class MaskCandidate:
    """A mask at the network's resolution.

    Attributes:
        score: how well it fits, or how sure the network is of it.
        values: shape (h, w): above 0 where it is.
        label: what was named; empty where nothing was.
    """

    score: float
    values: Floats
    label: str = ""

    def mask(self, sampling: MaskSampling) -> Mask | None:
        """The mask in the picture; None where it has no pixel there."""
        found = sampling.mask(self.values)
        if found is None:
            return None
        left, top, inside = found
        height, width = sum(len(strip) for strip in inside), inside[0].shape[1]
        area = sum(map(np.count_nonzero, inside)) / (sampling.width * sampling.height)
        strips = ((strip.view(np.uint8) * np.uint8(255)).tobytes() for strip in inside)
        packed = PixelMap.pack_strips(width, height, strips)
        return Mask(min(max(self.score, 0.0), 1.0), area, left, top, packed, self.label)
