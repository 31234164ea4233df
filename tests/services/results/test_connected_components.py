"""Pixels that hang together, found strip by strip."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.results.connected_components import Components, ConnectedComponents

Bytes = npt.NDArray[np.uint8]
Found = tuple[int, int, tuple[int, int, int, int], tuple[float, float], int]
"""Label, pixels, box, centroid and confidence."""

SIZES = ((1, 1), (1, 9), (9, 1), (7, 8), (23, 17))


def components(
    labels: Bytes, sure: Bytes, rows: int, *, least: int = 0, most: int = 10_000
) -> tuple[Components, list[int]]:
    """What is found where so many rows are taken at a time, and how many of each label."""
    height, width = labels.shape
    columns, edges = np.arange(width + 1), np.arange(height + 1)
    found = ConnectedComponents(columns, edges, least=least, most=most)
    for top in range(0, height, rows):
        found.add(labels[top : top + rows], sure[top : top + rows])
    return found.finish(), found.numbers.tolist()


def told(found: Components) -> list[Found]:
    numbers = zip(
        *(found.label, found.area, found.x0, found.y0, found.x1, found.y1),
        *(found.sum_x / found.area, found.sum_y / found.area, found.confidence),
        strict=True,
    )
    return sorted(
        (int(label), int(area), (int(x0), int(y0), int(x1), int(y1)), _middle(x, y), int(sure))
        for label, area, x0, y0, x1, y1, x, y, sure in numbers
    )


def by_hand(labels: Bytes, sure: Bytes) -> Iterator[Found]:
    """Each pixel's neighbours, one by one."""
    left = {(int(y), int(x)) for y, x in np.argwhere(labels)}
    while left:
        first = min(left)
        pixels, edge = {first}, [first]
        left -= pixels
        while edge:
            y, x = edge.pop()
            around = {(y + down, x + across) for down in (-1, 0, 1) for across in (-1, 0, 1)}
            new = {each for each in around & left if labels[each] == labels[first]}
            pixels |= new
            left -= new
            edge.extend(new)
        down, across = zip(*pixels, strict=True)
        box = min(across), min(down), max(across) + 1, max(down) + 1
        middle = _middle(sum(across) / len(pixels) + 0.5, sum(down) / len(pixels) + 0.5)
        yield int(labels[first]), len(pixels), box, middle, sum(int(sure[p]) for p in pixels)


def _middle(x: float, y: float) -> tuple[float, float]:
    return round(float(x), 6), round(float(y), 6)


@pytest.mark.parametrize("seed", range(20))
def test_that_they_are_those_found_pixel_by_pixel_however_many_rows_are_taken(seed: int) -> None:
    generator = np.random.default_rng(seed)
    for height, width in SIZES:
        labels = generator.integers(0, seed % 3 + 2, (height, width)).astype(np.uint8)
        sure = generator.integers(0, 256, (height, width)).astype(np.uint8)
        expected = sorted(by_hand(labels, sure))
        for rows in (1, 2, 3, height):
            found, numbers = components(labels, sure, rows)
            assert told(found) == expected
            of_label = [sum(each[0] == label for each in expected) for label in range(256)]
            assert numbers == of_label


def spiral(side: int) -> Bytes:
    """One line that winds inward."""
    picture = np.zeros((side, side), np.uint8)
    top, bottom = 0, side - 1
    while top < bottom:
        picture[top, max(top - 2, 0) : bottom + 1] = 1
        picture[top : bottom + 1, bottom] = 1
        picture[bottom, top : bottom + 1] = 1
        picture[top + 2 : bottom + 1, top] = 1
        top, bottom = top + 2, bottom - 2
    return picture


def comb(side: int) -> Bytes:
    """Teeth that are joined at their feet alone."""
    picture = np.zeros((side, side), np.uint8)
    picture[:, ::2] = 1
    picture[-1] = 1
    return picture


@pytest.mark.parametrize("draw", [spiral, comb])
@pytest.mark.parametrize("rows", [1, 5, 64])
def test_that_what_hangs_together_by_a_long_way_is_one(draw: type[Bytes], rows: int) -> None:
    labels = draw(64)
    found, _ = components(labels, labels, rows)
    assert (found.area == [labels.sum()]).all()


def test_that_a_chessboard_hangs_together_over_its_corners() -> None:
    down, across = np.mgrid[:50, :61]
    labels = ((down + across) % 2 + 1).astype(np.uint8)
    found, numbers = components(labels, labels, 7)
    assert found.area.tolist() == [1525, 1525]
    assert numbers[1:3] == [1, 1]


def test_that_small_ones_do_not_count() -> None:
    labels = np.zeros((9, 9), np.uint8)
    labels[1, 1:4] = labels[5:7, 5:7] = 3
    for least, sizes in ((0, [3, 4]), (3, [3, 4]), (4, [4]), (5, [])):
        found, numbers = components(labels, labels, 2, least=least)
        assert found.area.tolist() == sizes
        assert numbers[3] == len(sizes)


def test_that_of_too_many_the_largest_are_kept_and_all_are_counted() -> None:
    labels = np.zeros((40, 40), np.uint8)
    labels[::2, ::2] = 1
    labels[10, 10:13] = labels[30, 20:23] = 1
    found, numbers = components(labels, labels, 1, most=2)
    assert found.area.tolist() == [3, 3]
    assert numbers[1] == 400 - 2
    found, numbers = components(labels, labels, 1, most=0)
    assert len(found) == 0
    assert numbers[1] == 400 - 2


def test_that_noise_takes_no_more_memory_the_higher_it_is() -> None:
    def held(height: int) -> int:
        labels = (np.random.default_rng(1).random((height, 500)) < 0.3).astype(np.uint8)
        tracemalloc.start()
        components(labels, labels, 20, most=100)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    held(20)  # what is made once
    assert held(1000) < 1.5 * held(100)


def test_that_they_are_measured_in_the_pixels_of_a_larger_picture() -> None:
    labels = np.array([[1, 0, 2], [0, 1, 2]], np.uint8)
    columns, rows = np.array([0, 2, 5, 7]), np.array([0, 1, 4])
    found = ConnectedComponents(columns, rows, least=0, most=9)
    found.add(labels, labels)
    shown = labels.repeat(np.diff(columns), axis=1).repeat(np.diff(rows), axis=0)
    expected = sorted(by_hand(shown, shown))
    assert [each[:4] for each in told(found.finish())] == [each[:4] for each in expected]
