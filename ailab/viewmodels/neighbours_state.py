"""What is shown of the pictures that resemble the one shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ailab.services.images.picture import Picture
from ailab.services.inference.feature_index import Neighbour
from ailab.services.problem import Problem


@dataclass(frozen=True, slots=True)
class OtherRun:
    """A run beside the one shown, with which that may be compared.

    Attributes:
        name: what it is called.
        count: how many of its pictures have a vector.
        folder: where it lies; empty where it was not saved.
    """

    name: str
    count: int
    folder: str = ""


@dataclass(frozen=True, slots=True)
class NeighboursState:
    """The nearest neighbours of the picture shown, where the run makes vectors of pictures.

    Attributes:
        is_of_vectors: the picture shown has a vector.
        is_looking: its neighbours are being looked for.
        neighbours: the nearest first.
        compared: with how many other pictures it was compared.
        thumbnails: of the neighbours, by path; None where a picture can't be read.
        missing: paths of neighbours where there is no file any more.
        other: the run whose pictures the neighbours are; None for the run shown.
        others: the runs beside the one shown that may be compared with: of the same model.
        can_open: a saved run may be opened to compare with.
        is_opening: one is being opened.
        problem: why it is not compared with.
    """

    is_of_vectors: bool = False
    is_looking: bool = False
    neighbours: tuple[Neighbour, ...] = ()
    compared: int = 0
    thumbnails: Mapping[str, Picture | None] = field(default_factory=lambda: MappingProxyType({}))
    missing: frozenset[str] = frozenset()
    other: OtherRun | None = None
    others: tuple[OtherRun, ...] = ()
    can_open: bool = False
    is_opening: bool = False
    problem: Problem | None = None
