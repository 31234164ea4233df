"""A label map laid over its picture."""

from __future__ import annotations

import tracemalloc

from PIL import Image

from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.results.colored_regions import color_regions

WIDTH, HEIGHT = 4000, 2000
SURE = 255


def test_that_where_no_piece_is_left_out_none_is_looked_up_in_a_map_of_the_pictures_size() -> None:
    labels = PixelMap.pack(
        WIDTH, HEIGHT, bytes(WIDTH * HEIGHT // 2) + b"\1" * (WIDTH * HEIGHT // 2)
    )
    confidence = PixelMap.pack(WIDTH, HEIGHT, bytes([SURE]) * (WIDTH * HEIGHT))
    regions = Segmentation(
        width=WIDTH,
        height=HEIGHT,
        segments=(Segment(1, 0, "cell", 1.0, 0.5),),
        label_map=labels,
        confidence=confidence,
    )
    canvas = Image.new("RGB", (WIDTH, HEIGHT))
    tracemalloc.start()
    try:
        color_regions(canvas, canvas.size, regions, {1: (250, 0, 0)}, threshold=0.5, line=2)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < WIDTH * HEIGHT
    assert canvas.getpixel((9, 9)) == (0, 0, 0)
    assert canvas.getpixel((9, HEIGHT - 9)) == (107, 0, 0)
