"""What is shown of the pictures that resemble the one shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ailab.services.images.picture import Picture
from ailab.services.inference.feature_index import Neighbour


@dataclass(frozen=True, slots=True)
class NeighboursState:
    """The nearest neighbours of the picture shown, where the run makes vectors of pictures.

    Attributes:
        is_of_vectors: the picture shown has a vector.
        is_looking: its neighbours are being looked for.
        neighbours: the nearest first.
        compared: with how many other pictures it was compared.
        thumbnails: of the neighbours, by path; None where a picture can't be read.
    """

    is_of_vectors: bool = False
    is_looking: bool = False
    neighbours: tuple[Neighbour, ...] = ()
    compared: int = 0
    thumbnails: Mapping[str, Picture | None] = field(default_factory=lambda: MappingProxyType({}))
