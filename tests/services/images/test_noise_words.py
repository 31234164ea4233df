"""Empty fields, whose noise would be stretched, are told of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.images.image_reader import read_picture
from ailab.services.images.noise_words import noise_words
from ailab.services.images.picture_reference import PictureReference
from ailab.services.images.value_range import TRIMMED_RANGE, WHOLE_RANGE, ValueRange

Values = npt.NDArray[Any]
SIZE = 256


def noise(seed: int = 1, mean: float = 100.0) -> Values:
    return np.random.default_rng(seed).poisson(mean, (SIZE, SIZE)).astype(np.uint16)


def cells(brightness: float, *, radius: int = 12) -> Values:
    """Five of them, on noise whose deviation is 10."""
    down, across = np.mgrid[:SIZE, :SIZE]
    picture = noise().astype(float)
    for place in range(5):
        y, x = 30 + 45 * place, 40 + 37 * place
        picture += brightness * ((down - y) ** 2 + (across - x) ** 2 < radius**2)
    return picture.astype(np.uint16)


def is_told(values: Values) -> bool:
    return bool(noise_words(values, float(values.min()), float(values.max())))


@pytest.mark.parametrize("seed", range(8))
def test_that_noise_is_told_of(seed: int) -> None:
    assert is_told(noise(seed))
    assert is_told(noise(seed, 5.0))
    assert is_told(np.random.default_rng(seed).normal(0, 1e-3, (SIZE, SIZE)).astype(np.float32))


def test_that_uneven_light_is_no_cell() -> None:
    light = np.linspace(1.0, 0.7, SIZE)
    assert is_told(np.random.default_rng(2).poisson(100 * light[:, None] * light[None]))


@pytest.mark.parametrize("brightness", [25.0, 100.0, 2000.0])
def test_that_cells_are_not(brightness: float) -> None:
    assert not is_told(cells(brightness))


def test_that_small_bright_spots_are_not() -> None:
    assert not is_told(cells(300.0, radius=2))


def test_that_noise_which_stays_dark_is_not() -> None:
    values = noise()
    values[5, 5] = 60_000  # of a hot pixel another sentence tells
    assert not is_told(values)


def test_that_a_picture_too_small_to_tell_is_not() -> None:
    assert not is_told(noise()[:100, :100])
    assert not is_told(np.zeros((SIZE, SIZE), np.uint16))
    assert not is_told(np.full((SIZE, SIZE), np.nan, np.float32))


def test_that_a_large_picture_is_looked_at_in_strips() -> None:
    large = np.random.default_rng(3).poisson(100, (2400, 2400)).astype(np.uint16)
    assert is_told(large)
    for y, x in np.random.default_rng(4).integers(0, 2300, (100, 2)):
        large[y : y + 40, x : x + 40] += 40
    assert not is_told(large)


@pytest.mark.parametrize(
    ("value_range", "told"),
    [(WHOLE_RANGE, True), (TRIMMED_RANGE, True), (ValueRange((0.0, 4000.0)), False)],
)
def test_that_the_note_says_so_unless_the_range_was_chosen(
    tmp_path: Path, value_range: ValueRange, told: bool
) -> None:
    path = tmp_path / "empty.tif"
    Image.fromarray(noise()).save(path)
    (note,) = read_picture(str(PictureReference(str(path), None, value_range))).notes
    assert ("if this is an empty field" in note) == told
