"""Where the pieces are that a count leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.results.annotated_picture import annotated_picture
from ailab.services.results.label_colors import segment_colors
from ailab.services.results.left_out_pieces import left_out_map
from ailab.services.results.legend_entries import panel_below
from ailab.services.results.pieces import count_pieces

Bytes = npt.NDArray[np.uint8]


def regions(labels: Bytes, *, objects: bool = False, sure: int = 255) -> Segmentation:
    height, width = labels.shape
    segments = tuple(
        Segment(index, index, name, 0.9, 0.1) for index, name in ((1, "cell"), (2, "gap"))
    )
    confidence = np.full(labels.shape, sure, np.uint8)
    packed = Segmentation.pack(width, height, labels.tobytes(), confidence.tobytes(), segments)
    return replace(packed, tells_objects=objects)


def left_out(labels: Bytes, pieces_from: int, size: tuple[int, int] | None = None) -> Bytes | None:
    height, width = labels.shape
    found = left_out_map(
        regions(labels), size or (width, height), threshold=0.5, pieces_from=pieces_from
    )
    if found is None:
        return None
    return np.frombuffer(found.unpack(), np.uint8).reshape(found.height, found.width)


def flooded(labels: Bytes, least: int) -> Bytes:
    """The same, walking from pixel to pixel."""
    height, width = labels.shape
    found, seen = np.zeros_like(labels), np.zeros(labels.shape, np.bool_)
    for start in zip(*np.nonzero(labels), strict=True):
        if seen[start]:
            continue
        seen[start], piece = True, [start]
        for y, x in piece:
            for at in ((y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)):
                inside = 0 <= at[0] < height and 0 <= at[1] < width
                if inside and not seen[at] and labels[at] == labels[start]:
                    seen[at] = True
                    piece.append(at)
        if len(piece) < least:
            found[tuple(zip(*piece, strict=True))] = 1
    return found


@pytest.mark.parametrize("least", [2, 3, 7, 20, 500])
def test_that_they_are_those_of_a_walk_from_pixel_to_pixel(
    least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ailab.services.results.shown_regions._STRIP_PIXELS", 60)
    random = np.random.default_rng(least)
    for share in (0.2, 0.45, 0.7):
        of_any: Bytes = random.integers(1, 3, (40, 31), np.uint8)
        labels = np.where(random.random((40, 31)) < share, of_any, np.uint8(0))
        expected, found = flooded(labels, least), left_out(labels, least)
        np.testing.assert_array_equal(np.zeros_like(labels) if found is None else found, expected)
        counted = count_pieces(regions(labels), (31, 40), threshold=0.5, pieces_from=least)
        assert (found is None) == (not any(each.left_out for each in counted.values()))


def test_that_pixels_are_those_of_the_picture() -> None:
    labels = np.zeros((6, 6), np.uint8)
    labels[1, 1] = 1
    labels[3:5, 3:5] = 1
    found = left_out(labels, 20, (18, 18))  # 9 and 36 pixels
    assert found is not None
    assert list(zip(*np.nonzero(found), strict=True)) == [(1, 1)]
    assert left_out(labels, 9, (18, 18)) is None


def test_that_nothing_is_left_out_of_objects_or_where_all_count() -> None:
    speck = np.eye(1, 5, 2, dtype=np.uint8)
    assert left_out(speck, 1) is None
    assert left_out(speck, 0) is None
    objects = regions(speck, objects=True)
    assert left_out_map(objects, (5, 1), threshold=0.5, pieces_from=20) is None
    unsure = regions(speck, sure=100)
    assert left_out_map(unsure, (5, 1), threshold=0.5, pieces_from=20) is None


def test_that_a_copy_hatches_them_and_says_so() -> None:
    labels = np.zeros((700, 700), np.uint8)
    labels[100:200, 100:200] = 1
    labels[400:500, 400:600] = 1
    grey = np.full((700, 700, 3), 128, np.uint8)
    whole = regions(labels)
    copy = np.asarray(annotated_picture(grey, whole, 0.5, 15_000))
    small, large = copy[110:190, 110:190], copy[410:490, 410:590]
    untouched = (small == 128).all(axis=2).mean()
    assert 0.4 < untouched < 0.6
    assert not (large == 128).all(axis=2).any()
    color = np.array(segment_colors(whole.segments)[1])
    assert (copy[400, 400] == color).all()  # its border
    assert not (copy[100:200, 100:200] == color).all(axis=2).any()
    both = np.asarray(annotated_picture(grey, whole, 0.5, 100))
    assert not (both[100:200, 100:200] == 128).all(axis=2).any()


def test_that_the_strip_below_says_what_is_hatched() -> None:
    labels = np.ones((4, 4), np.uint8)
    panel = panel_below(regions(labels), 0.5, 1500)
    assert panel.remark == "Hatched: pieces of fewer than 1,500 pixels, not counted"  # type: ignore[union-attr]
    assert panel_below(regions(labels), 0.5).remark == ""  # type: ignore[union-attr]
