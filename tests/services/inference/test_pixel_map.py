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


@pytest.mark.parametrize("length", [0, 11, 13, 24])
def test_that_a_map_of_another_length_is_never_packed(length: int) -> None:
    with pytest.raises(PixelMapError, match=f"{length} bytes are not 4 by 3 pixels"):
        PixelMap.pack(4, 3, bytes(length))


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


def test_that_a_run_of_hundreds_of_segmentations_stays_small() -> None:
    """200 results of one megapixel: raw they would take 400 MB."""
    kept = [nuclei(1000, 1000, seed) for seed in range(3)]
    sizes = [len(p.label_map.packed) + len(p.confidence.packed) for p in kept]
    assert sum(sizes) / len(sizes) * 200 < 30_000_000
    for prediction in kept:
        # Above a threshold they share the maps.
        assert prediction.above(0.9).label_map is prediction.label_map


def nuclei(width: int, height: int, seed: int) -> Segmentation:
    """Sixty round nuclei whose confidence falls towards their borders, as models give them."""
    chance = random.Random(seed)
    labels, sure = bytearray(width * height), bytearray(b"\xfd" * (width * height))
    for _ in range(60):
        x, y, r = chance.randrange(width), chance.randrange(height), chance.randrange(15, 45)
        for row in range(max(0, y - r), min(height, y + r)):
            for column in range(max(0, x - r), min(width, x + r)):
                far = ((row - y) ** 2 + (column - x) ** 2) / r**2
                if far < 1:
                    labels[row * width + column] = 1
                    sure[row * width + column] = 255 - int(120 * far)
    segments = (Segment(1, 1, "nucleus", 0.9, 0.1),)
    return Segmentation.pack(width, height, bytes(labels), bytes(sure), segments)


def test_that_both_maps_of_a_segmentation_are_unpacked() -> None:
    maps = SegmentMaps.of(Segmentation.pack(2, 1, b"\0\1", b"\x80\xff"))
    assert (maps.width, maps.height, maps.labels, maps.confidence) == (2, 1, b"\0\1", b"\x80\xff")
