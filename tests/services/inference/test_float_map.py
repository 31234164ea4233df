"""Packed maps of numbers: what goes in comes out, and nothing else does."""

from __future__ import annotations

import tracemalloc
import zlib

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.depth_levels import DepthLevels
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS, PixelMapError
from ailab.services.inference.predictions import DepthScale
from fakes import a_depth_map

Floats = npt.NDArray[np.float32]


def smooth(height: int, width: int) -> Floats:
    """Hills, as depths are."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.asarray(5 + np.sin(y / 40) * np.cos(x / 50), np.float32)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (48, 64)])
def test_that_any_map_comes_back_bit_for_bit(shape: tuple[int, int]) -> None:
    chance = np.random.default_rng(1)
    values = (chance.standard_normal(shape) * 10.0 ** chance.integers(-30, 30, shape)).astype("f4")
    packed = FloatMap.pack(values)
    assert (packed.height, packed.width) == shape
    assert packed.unpack().tobytes() == values.tobytes()


def test_that_a_map_need_not_lie_in_one_piece() -> None:
    values = smooth(40, 60)[::2, ::3]
    np.testing.assert_array_equal(FloatMap.pack(values).unpack(), values)


def test_that_smooth_maps_are_packed_by_a_fifth_at_least() -> None:
    values = smooth(518, 686)
    assert len(FloatMap.pack(values).packed) < 0.8 * values.nbytes


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_that_what_is_no_finite_number_is_not_packed(bad: float) -> None:
    values = np.array([[1, bad]], np.float32)
    with pytest.raises(PixelMapError, match="infinite or NaN"):
        FloatMap.pack(values)


@pytest.mark.parametrize("told", [b"\0\0\0\xff", b"\0\0\x80\xff", b"\xff\xff\xff\0"])
def test_that_what_was_packed_elsewhere_is_a_finite_number_too(told: bytes) -> None:
    """Infinity, no number, and less than any."""
    with pytest.raises(PixelMapError, match="infinite or NaN"):
        FloatMap(1, 1, zlib.compress(told)).unpack()


@pytest.mark.parametrize("at_once", [1, 7, 400])
def test_that_a_map_may_come_in_strips_of_any_height(at_once: int) -> None:
    values = smooth(150, 2000)
    strips = (values[top : top + at_once] for top in range(0, 150, at_once))
    packed = FloatMap.pack_strips(2000, 150, strips)
    assert packed == FloatMap.pack(values)
    assert len(list(packed.strips())) > 1
    assert np.concatenate(list(packed.strips())).tobytes() == values.tobytes()


@pytest.mark.parametrize("rows", [2, 4])
def test_that_strips_have_to_make_up_the_map(rows: int) -> None:
    with pytest.raises(PixelMapError, match=f"{rows} rows are not 5 by 3 pixels"):
        FloatMap.pack_strips(5, 3, [np.zeros((rows, 5), np.float32)])


@pytest.mark.parametrize("shape", [(0, 3), (3,), (1, 2, 3)])
def test_that_what_is_no_map_is_never_packed(shape: tuple[int, ...]) -> None:
    with pytest.raises(PixelMapError, match="no maps of shape"):
        FloatMap.pack(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("packed", "told"),
    [
        (zlib.compress(bytes(47)), "cut short"),
        (zlib.compress(bytes(49)), "holds more"),
        (zlib.compress(bytes(48))[:-1], "cut short"),
        (zlib.compress(bytes(48)) + b"more", "holds more"),
        (b"no zlib stream", "is damaged"),
    ],
)
def test_that_what_is_no_map_of_its_size_is_refused(packed: bytes, told: str) -> None:
    with pytest.raises(PixelMapError, match=told):
        FloatMap(4, 3, packed).unpack()


@pytest.mark.parametrize("size", [(0, 0), (-2, -2), (MAX_MAP_PIXELS + 1, 1), (2**20, 2**20)])
def test_that_a_size_beyond_all_maps_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PixelMapError, match="no maps of"):
        FloatMap(*size, zlib.compress(b"")).unpack()


def test_that_a_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = FloatMap(100, 100, zlib.compress(bytes(100_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(PixelMapError, match="holds more"):
            bomb.unpack()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize(
    ("scale", "levels", "nearest"),
    [
        (DepthScale.INVERSE, [0, 64, 255], 9.0),
        (DepthScale.DISTANCE, [255, 191, 0], 1.0),
        (DepthScale.METRES, [255, 191, 0], 1.0),
    ],
)
def test_that_what_is_near_has_a_high_level_whatever_the_numbers_mean(
    scale: DepthScale, levels: list[int], nearest: float
) -> None:
    prediction = a_depth_map([[1.0, 3.0, 9.0]], scale)
    shown = DepthLevels.of(prediction)
    assert (shown.width, shown.height, list(shown.levels)) == (3, 1, levels)
    assert list(shown.depth) == [1.0, 3.0, 9.0]
    assert {prediction.nearest, prediction.farthest} == {1.0, 9.0}
    assert prediction.nearest == nearest
    assert prediction.above(0.9) is prediction


def test_that_a_map_without_depth_is_all_far() -> None:
    assert set(DepthLevels.of(a_depth_map([[4.0, 4.0]], DepthScale.INVERSE)).levels) == {0}
