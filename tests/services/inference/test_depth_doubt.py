"""Depths of which near and far may be the wrong way round."""

from __future__ import annotations

import pytest

from ailab.services.inference.depth_doubt import depth_doubt
from ailab.services.inference.predictions import DepthScale
from fakes import a_depth_map

GROUND_IS_MORE = [[0.0, 1.0], [0.0, 1.0], [2.0, 3.0], [3.0, 4.0]]
GROUND_IS_LESS = GROUND_IS_MORE[::-1]


@pytest.mark.parametrize(
    ("rows", "scale", "decoder"),
    [
        (GROUND_IS_MORE, DepthScale.INVERSE, ""),
        (GROUND_IS_LESS, DepthScale.INVERSE, "depth-distance"),
        (GROUND_IS_LESS, DepthScale.DISTANCE, ""),
        (GROUND_IS_MORE, DepthScale.DISTANCE, "decoder: depth"),
        (GROUND_IS_MORE, DepthScale.METRES, "decoder: depth"),
    ],
)
def test_that_ground_farther_than_what_is_above_is_doubted(
    rows: list[list[float]], scale: DepthScale, decoder: str
) -> None:
    said = depth_doubt(a_depth_map(rows, scale))
    assert bool(said) == bool(decoder)
    assert decoder in said


@pytest.mark.parametrize("rows", [[[1.0, 1.0]] * 8, [[1.0, 2.0]], [[0.0, 9.0]] * 8])
def test_that_what_is_even_or_flat_is_not_doubted(rows: list[list[float]]) -> None:
    assert depth_doubt(a_depth_map(rows, DepthScale.INVERSE)) == ""
