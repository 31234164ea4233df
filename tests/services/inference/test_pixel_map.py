"""Packed maps: what goes in comes out, and nothing else does."""

from __future__ import annotations

import random
import tracemalloc
import zlib

import pytest

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS, PixelMap, PixelMapError
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.inference.segment_maps import SegmentMaps


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (640, 480)])
@pytest.mark.parametrize("kind", ["noise", "nothing", "regions"])
def test_that_any_map_comes_back_as_it_was(size: tuple[int, int], kind: str) -> None:
    width, height = size
    raw = {
        "noise": random.Random(1).randbytes(width * height),
        "nothing": bytes(width * height),
        "regions": bytes(x // 16 % 256 for x in range(width * height)),
    }[kind]
    packed = PixelMap.pack(width, height, raw)
    assert packed.unpack() == raw
    assert (packed.width, packed.height) == size
    for rows in (1, 7, height, height + 1):
        strips = list(packed.strips(rows))
        assert b"".join(strips) == raw
        assert {len(strip) for strip in strips[:-1]} <= {rows * width}
        assert PixelMap.pack_strips(width, height, strips).unpack() == raw


@pytest.mark.parametrize("length", [0, 11, 13, 24])
def test_that_a_map_of_another_length_is_never_packed(length: int) -> None:
    with pytest.raises(PixelMapError, match=f"{length} bytes are not 4 by 3 pixels"):
        PixelMap.pack(4, 3, bytes(length))


@pytest.mark.parametrize("packed", [zlib.compress(bytes(11)), b"", b"no zlib stream"])
def test_that_strips_of_what_is_no_whole_map_are_refused(packed: bytes) -> None:
    with pytest.raises(PixelMapError, match=r"damaged|cut short"):
        list(PixelMap(4, 3, packed).strips(2))
    with pytest.raises(PixelMapError, match="8 bytes are not 4 by 3 pixels"):
        PixelMap.pack_strips(4, 3, [bytes(4), bytes(4)])


@pytest.mark.parametrize(
    ("packed", "told"),
    [
        (zlib.compress(bytes(11)), "does not hold 4 by 3 pixels"),
        (zlib.compress(bytes(13)), "does not hold 4 by 3 pixels"),
        (zlib.compress(bytes(12))[:-1], "does not hold 4 by 3 pixels"),
        (zlib.compress(bytes(12)) + b"more", "does not hold 4 by 3 pixels"),
        (b"", "does not hold 4 by 3 pixels"),
        (b"no zlib stream", "is damaged"),
        (zlib.compress(bytes(12))[:-1] + b"\0", "is damaged"),
    ],
)
def test_that_what_is_no_map_of_its_size_is_refused(packed: bytes, told: str) -> None:
    with pytest.raises(PixelMapError, match=told):
        PixelMap(4, 3, packed).unpack()


@pytest.mark.parametrize("size", [(0, 0), (-2, -2), (MAX_MAP_PIXELS + 1, 1), (2**20, 2**20)])
def test_that_a_size_beyond_all_maps_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(PixelMapError, match="no maps of"):
        PixelMap(*size, zlib.compress(b"")).unpack()


def test_that_a_bomb_is_refused_before_it_fills_the_memory() -> None:
    bomb = PixelMap(100, 100, zlib.compress(bytes(100_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(PixelMapError, match="does not hold"):
            bomb.unpack()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_000_000


def test_that_maps_are_shared_above_a_threshold() -> None:
    prediction = Segmentation.pack(1, 1, b"\1", b"\xff", (Segment(1, 0, "cell", 0.5, 1.0),))
    assert prediction.above(0.9).label_map is prediction.label_map
    assert prediction.above(0.9).confidence is prediction.confidence


def test_that_both_maps_of_a_segmentation_are_unpacked() -> None:
    maps = SegmentMaps.of(Segmentation.pack(2, 1, b"\0\1", b"\x80\xff"))
    assert (maps.width, maps.height, maps.labels, maps.confidence) == (2, 1, b"\0\1", b"\x80\xff")
