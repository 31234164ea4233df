"""The values that a few pixels lie beyond."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.images.tail_values import tail_values


def tails(values: npt.NDArray[Any], pieces: int = 3) -> tuple[float, float] | None:
    def give() -> Iterator[npt.NDArray[Any]]:
        yield from np.array_split(values, pieces)

    return tail_values(give)


def by_imagej(values: npt.NDArray[Any]) -> tuple[float, float]:
    """`ContrastEnhancer.getMinAndMax` at 0.35 %, by a histogram of all values there are."""
    found, counts = np.unique(values, return_counts=True)
    threshold = int(values.size * 0.35 / 200.0)
    low = next(i for i in range(len(found)) if counts[: i + 1].sum() > threshold)
    high = next(i for i in reversed(range(len(found))) if counts[i:].sum() > threshold)
    return float(found[low]), float(found[high])


@pytest.mark.parametrize("kind", ["<u2", ">u2", "<i4", "<u4", "i1", "<f4", "<f2"])
def test_that_they_are_those_of_imagej(kind: str) -> None:
    noise = np.random.default_rng(2)
    values = noise.normal(0, 30, 20_000)
    if np.dtype(kind).kind == "u":
        values = abs(values) * (70_000 if kind == "<u4" else 9)
    if kind == "<i4":
        values *= 20_000_000 / 30
    typed = values.clip(-127, 127).astype(kind) if kind == "i1" else values.astype(kind)
    assert tails(typed) == by_imagej(typed)


def test_that_one_hot_pixel_is_left_out() -> None:
    values = np.tile(np.arange(100, 1100, dtype=np.uint16), 2)
    values[7] = 60_000
    assert tails(values) == by_imagej(values) == (101.0, 1098.0)


def test_that_a_small_picture_keeps_its_ends() -> None:
    assert tails(np.array([3, 9, 5], np.uint16)) == (3.0, 9.0)


def test_that_what_is_no_finite_number_does_not_count() -> None:
    values = np.array([np.nan, 1.5, np.inf, -2.5, -np.inf], np.float32)
    assert tails(values) == (-2.5, 1.5)
    assert tails(np.full(3, np.nan, np.float32)) is None
