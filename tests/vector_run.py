"""A run of vectors, to be compared."""

from __future__ import annotations

import numpy as np

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult
from ailab.viewmodels.results import ResultsViewModel


def a_result(name: str, *numbers: float) -> PictureResult:
    """A picture's vector."""
    vector = Features(FloatMap.pack(np.array([numbers], np.float32)))
    return PictureResult(name, 4, 4, vector)


RUN = (
    a_result("east.png", 2, 0),
    a_result("north.png", 0, 5),
    a_result("north-east.png", 3, 3),
)


def told(results: ResultsViewModel) -> list[str]:
    """The neighbours told of, the nearest first."""
    return [each.picture for each in results.neighbours.state.neighbours]
