"""The pieces of regions: which pixels count, and which pieces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.results.pieces import MOST_PIECES, Pieces, count_pieces, pieces_of
from ailab.services.results.region_pieces import RegionPieces

Bytes = npt.NDArray[np.uint8]


def segmentation(labels: Bytes, confidence: Bytes | int = 255, *names: str) -> Segmentation:
    height, width = labels.shape
    sure = np.full(labels.shape, confidence, np.uint8)
    segments = tuple(
        Segment(index, index, name, 0.9, 0.1) for index, name in enumerate(names or ("cell",), 1)
    )
    return Segmentation.pack(width, height, labels.tobytes(), sure.tobytes(), segments)


def pieces(found: Segmentation, threshold: float = 0.0, pieces_from: int = 0) -> Pieces:
    size = found.width, found.height
    return pieces_of(found, size, threshold=threshold, pieces_from=pieces_from)


def numbers(found: Pieces) -> dict[int, int]:
    return {index: each.number for index, each in found.regions.items()}


def two_cells() -> tuple[Bytes, Bytes]:
    """One of 3 by 4 pixels, one of 2 by 2 that reaches the border; the bridge between is unsure."""
    labels, sure = np.zeros((8, 12), np.uint8), np.full((8, 12), 200, np.uint8)
    labels[2:5, 1:5] = labels[3, 5:10] = labels[3:5, 10:12] = 1
    sure[3, 5:10] = 100
    return labels, sure


def test_that_a_pixel_counts_where_its_own_confidence_reaches_the_threshold() -> None:
    found = segmentation(*two_cells())
    assert [each.pixels for each in pieces(found).items] == [12 + 5 + 4]
    apart = pieces(found, 0.5)
    assert numbers(apart) == {1: 2}
    first, second = apart.items
    assert (first.pixels, first.box, first.centroid) == (12, (1, 2, 5, 5), (3.0, 3.5))
    assert (second.pixels, second.box, second.centroid) == (4, (10, 3, 12, 5), (11.0, 4.0))
    assert (first.score, second.score) == (200 / 255, 200 / 255)
    assert (first.touches_border, second.touches_border) == (False, True)
    # Where it is drawn from, to the last step of a byte.
    assert numbers(pieces(found, 100 / 255)) == {1: 1}
    assert numbers(pieces(found, 100.5 / 255)) == {1: 2}
    assert numbers(pieces(found, 0.8)) == {1: 0}


def test_that_a_region_below_the_threshold_has_no_pieces() -> None:
    found = segmentation(np.array([[1, 0, 2]], np.uint8), 255, "cell", "dirt")
    kept, unsure = found.segments
    found = replace(found, segments=(kept, replace(unsure, score=0.2)))
    assert numbers(pieces(found, 0.1)) == {1: 1, 2: 1}
    assert numbers(pieces(found, 0.3)) == {1: 1}
    assert [each.index for each in pieces(found, 0.3).items] == [1]


def test_that_small_pieces_do_not_count() -> None:
    found = segmentation(*two_cells())
    assert numbers(pieces(found, 0.5, 4)) == {1: 2}
    assert numbers(pieces(found, 0.5, 5)) == {1: 1}
    assert [each.pixels for each in pieces(found, 0.5, 5).items] == [12]


def test_that_labels_that_touch_are_apart_and_background_has_no_pieces() -> None:
    labels = np.full((6, 6), 3, np.uint8)
    labels[2:4, 1:3], labels[2:4, 3:5] = 1, 2
    found = pieces(segmentation(labels, 255, "cell", "dirt", "Background"))
    assert numbers(found) == {1: 1, 2: 1}
    assert [(each.index, each.pixels) for each in found.items] == [(1, 4), (2, 4)]


def test_that_nothing_has_no_pieces() -> None:
    assert pieces(segmentation(np.zeros((5, 5), np.uint8))) == Pieces({1: RegionPieces()}, ())


@pytest.mark.parametrize("size", [(40, 30), (53, 30), (88, 66), (41, 31)])
def test_that_a_smaller_map_is_measured_as_its_label_picture_is(size: tuple[int, int]) -> None:
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 3, (30, 40)).astype(np.uint8)
    found = segmentation(labels, 255, "cell", "dirt")
    shown = np.asarray(Image.fromarray(labels).resize(size, Image.Resampling.NEAREST))
    small = pieces_of(found, size, threshold=0.5, pieces_from=9)
    large = pieces(segmentation(shown, 255, "cell", "dirt"), 0.5, 9)
    assert small.regions == large.regions
    for one, other in zip(small.items, large.items, strict=True):
        assert one.centroid == pytest.approx(other.centroid)
        assert replace(one, centroid=other.centroid) == other


def test_that_their_number_alone_is_the_same() -> None:
    labels = np.random.default_rng(5).integers(0, 3, (300, 700)).astype(np.uint8)
    found = segmentation(labels, 255, "cell", "dirt")
    regions = count_pieces(found, (700, 300), threshold=0.0, pieces_from=3)
    assert regions == pieces(found, 0.0, 3).regions
    assert (
        sum(each.number for each in regions.values())
        == len(pieces(found, 0.0, 3).items)
        < MOST_PIECES
    )


@pytest.mark.parametrize("least", [0, 6, 20])
def test_that_what_is_left_out_is_told_as_scipy_finds_it(least: int) -> None:
    scipy = pytest.importorskip("scipy.ndimage")
    labels = (np.random.default_rng(9).random((90, 120)) < 0.35).astype(np.uint8)
    found = pieces(segmentation(labels), 0.0, least).regions[1]
    named, _ = scipy.label(labels, np.ones((3, 3)))
    areas = np.bincount(named.ravel())[1:]
    edge = np.unique(np.concatenate([named[0], named[-1], named[:, 0], named[:, -1]]))
    is_large = areas >= least
    assert found == RegionPieces(
        int(is_large.sum()),
        int(areas[is_large].sum()),
        sum(bool(is_large[number - 1]) for number in edge if number),
        int((~is_large).sum()),
    )


def test_that_what_is_left_out_is_told() -> None:
    labels, sure = two_cells()
    found = segmentation(labels, sure)
    assert pieces(found, 0.5, 4).regions == {1: RegionPieces(2, 16, at_border=1)}
    assert pieces(found, 0.5, 5).regions == {1: RegionPieces(1, 12, left_out=1)}
    assert pieces(found, 0.5, 13).regions == {1: RegionPieces(0, 0, 0, left_out=2)}
