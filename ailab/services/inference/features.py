"""What feature extraction gives: a vector that is near those of pictures that resemble it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ailab.services.inference.float_map import FloatMap


@dataclass(frozen=True, slots=True)
class Features:
    """A picture's vector, as the network gave it.

    Attributes:
        vector: float32, packed, as a map of one row; not normalised.
    """

    kind: ClassVar[str] = "features"

    vector: FloatMap = field(repr=False)

    @property
    def dimensions(self) -> int:
        """How many numbers the vector has."""
        return self.vector.width

    def above(self, _threshold: float) -> Features:
        """Itself: a vector has no confidence."""
        return self
