"""Maps of depth that are brought to the picture, each family's in its own way."""

from __future__ import annotations

import math
import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.depth_reading import DepthReading
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.picture_depth import picture_depth

Floats = npt.NDArray[np.float32]
MAP = np.array([[1.0, 3.0]], np.float32)
WHOLE = Placement(4, 1, 4, 1, 1.0, 1.0)


def depths(
    outputs: dict[str, Floats], depth: Floats, place: Placement, reading: DepthReading, most: int
) -> Floats:
    width, height, strips = picture_depth(outputs, depth, place, reading, most)
    whole = np.concatenate(list(strips))
    assert whole.shape == (height, width)
    assert whole.dtype == np.float32
    return whole


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (DepthReading.LINEAR, [1.0, 1.5, 2.5, 3.0]),
        (DepthReading.CORNERS, [1.0, 1 + 2 / 3, 2 + 1 / 3, 3.0]),
        (DepthReading.RECIPROCAL, [1.0, 1 / 1.5, 0.4, 1 / 3]),
    ],
)
def test_that_depths_lie_between_those_of_the_cells(
    reading: DepthReading, expected: list[float]
) -> None:
    found = depths({}, MAP, WHOLE, reading, 100)
    np.testing.assert_allclose(found, [expected], rtol=1e-6)


def test_that_a_wider_field_of_view_brings_everything_nearer() -> None:
    outputs = {"field_of_view": np.array([90.0], np.float32)}
    found = depths(outputs, MAP, WHOLE, DepthReading.RECIPROCAL, 100)
    factor = 2 * math.tan(math.radians(45))
    np.testing.assert_allclose(found[0, [0, 3]], [1 / factor, 1 / (3 * factor)], rtol=1e-6)


def test_that_an_empty_field_of_view_counts_as_none() -> None:
    outputs = {"field_of_view": np.empty((0,), np.float32)}
    found = depths(outputs, MAP, WHOLE, DepthReading.RECIPROCAL, 100)
    np.testing.assert_array_equal(found, depths({}, MAP, WHOLE, DepthReading.RECIPROCAL, 100))


def test_that_what_is_beyond_reckoning_is_ten_kilometres_away() -> None:
    nothing = np.zeros((1, 1), np.float32)
    found = depths({}, nothing, WHOLE, DepthReading.RECIPROCAL, 100)
    assert found.max() == 1e4


@pytest.mark.parametrize("reading", [DepthReading.CUBIC, DepthReading.LINEAR, DepthReading.CORNERS])
def test_that_a_mirrored_border_is_left_out(reading: DepthReading) -> None:
    """Two pixels on either side of four, of a map whose numbers are its columns."""
    columns = np.tile(np.arange(8, dtype=np.float32), (8, 1))
    place = Placement(4, 4, 8, 8, 1.0, 1.0, 2.0, 2.0)
    found = depths({}, columns, place, reading, 100)
    np.testing.assert_allclose(found, [[2, 3, 4, 5]] * 4, atol=1e-5)


def test_that_a_large_map_is_kept_smaller() -> None:
    place = Placement(400, 100, 4, 1, 0.01, 0.01)
    assert depths({}, MAP, place, DepthReading.LINEAR, 400).shape == (10, 40)


@pytest.mark.parametrize("reading", [r for r in DepthReading if r is not DepthReading.AS_IS])
def test_that_a_map_is_never_whole_in_memory(reading: DepthReading) -> None:
    place = Placement(2000, 1500, 4, 1, 0.002, 1 / 1500)
    tracemalloc.start()
    try:
        width, height, strips = picture_depth({}, MAP, place, reading, 3_000_000)
        assert sum(strip.size for strip in strips) == width * height == 3_000_000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3_000_000 * 20 / 2
