"""The regions of a segmentation as COCO's run lengths, beside what pycocotools makes of them."""

from __future__ import annotations

import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from pycocotools import mask as coco

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.results import region_runs as regions
from ailab.services.results.region_runs import region_runs
from ailab.services.results.run_lengths import pixels_inside

Labels = npt.NDArray[np.uint8]

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def packed(labels: Labels) -> PixelMap:
    return PixelMap.pack(labels.shape[1], labels.shape[0], labels.tobytes())


def check(labels: Labels, found: dict[int, regions.RegionRuns]) -> None:
    assert found.keys() == set(np.unique(labels).tolist()) - {0}
    for index, region in found.items():
        inside = labels == index
        expected = coco.encode(np.asfortranarray(inside.astype(np.uint8)))
        assert region.counts == expected["counts"].decode()
        assert pixels_inside(region.counts, labels.size) == coco.area(expected) == inside.sum()
        x, y, width, height = coco.toBbox(expected)
        assert region.box == (x, y, x + width, y + height)


def _maps() -> list[Labels]:
    random = np.random.default_rng(7)
    noise = [
        random.integers(0, most, (height, width)).astype(np.uint8)
        for most, height, width in ((5, 23, 40), (256, 61, 30), (2, 1, 50), (3, 50, 1), (2, 1, 1))
    ]
    y, x = np.mgrid[:90, :131]
    disc = np.where((x - 60) ** 2 + (y - 40) ** 2 < 30**2, 2, 7).astype(np.uint8)
    stripes = np.zeros((6, 8), np.uint8)
    stripes[:, 2:5], stripes[:2, 6] = 1, 255
    return [*noise, disc, stripes, np.full((4, 5), 3, np.uint8), np.zeros((4, 5), np.uint8)]


@pytest.mark.parametrize("labels", _maps(), ids=lambda labels: f"{labels.shape}")
@pytest.mark.parametrize("strip", [1, 100, 500_000])
def test_that_each_region_is_what_pycocotools_makes_of_its_pixels(
    labels: Labels, strip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "_STRIP_PIXELS", strip)
    height, width = labels.shape
    check(labels, region_runs(packed(labels), (width, height)))


def test_that_a_smaller_map_covers_the_picture_as_its_picture_of_labels_does() -> None:
    labels = np.random.default_rng(3).integers(0, 4, (7, 9)).astype(np.uint8)
    shown = np.asarray(Image.fromarray(labels).resize((40, 31), Image.Resampling.NEAREST))
    check(shown, region_runs(packed(labels), (40, 31)))


def test_that_many_regions_of_a_large_picture_take_little_memory() -> None:
    cells = np.random.default_rng(1).integers(1, 150, (64, 64)).astype(np.uint8)
    labels = packed(np.asarray(Image.fromarray(cells).resize((2000, 1500), 0)))
    tracemalloc.start()
    found = region_runs(labels, (2000, 1500))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 149
    assert most < 5 * 2000 * 1500  # a mask of a byte a pixel for each would be 149


@pytest.mark.parametrize("counts", ["é", "13", "1323", ""])
def test_that_what_does_not_cover_the_picture_is_refused(counts: str) -> None:
    assert pixels_inside("132", 6) == 3
    with pytest.raises(BadFieldError):
        pixels_inside(counts, 6)
