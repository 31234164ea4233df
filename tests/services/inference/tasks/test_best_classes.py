"""The best class of each pixel: as if all classes were interpolated everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks import best_classes as module
from ailab.services.inference.tasks import possible_winners as winners_module
from ailab.services.inference.tasks.best_classes import best_classes
from ailab.services.inference.tasks.map_sampling import MapSampling
from ailab.services.inference.tasks.possible_winners import PossibleWinners

PLACES = {
    "enlarged": (Placement(53, 41, 32, 32, 32 / 53, 32 / 41), 41, 53),
    "reduced": (Placement(7, 5, 32, 32, 32 / 7, 32 / 5), 5, 7),
    "letterboxed": (Placement(40, 20, 32, 32, 0.8, 0.8, 0, 8), 20, 40),
    "cropped": (Placement(64, 40, 32, 32, 1.0, 1.0, -16, -4), 40, 64),
    "one pixel": (Placement(1, 1, 32, 32, 32, 32), 1, 1),
}


def everywhere(
    maps: npt.NDArray[np.float32], sampling: MapSampling
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """What interpolating every class gives."""
    classes = np.empty((sampling.height, sampling.width), np.intp)
    seen = np.empty(classes.shape, np.bool_)
    for rows, values, is_seen in sampling.strips(np.ascontiguousarray(np.moveaxis(maps, 0, -1))):
        classes[rows] = values.argmax(axis=-1)
        seen[rows] = is_seen
    return classes, seen


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("strip", [1, 10**6])
def test_that_the_classes_are_those_of_interpolating_all(
    name: str, strip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STRIP_PIXELS", strip)
    monkeypatch.setattr(module, "_STRIP_VALUES", strip)
    monkeypatch.setattr(winners_module, "_STRIP_VALUES", strip)
    place, height, width = PLACES[name]
    random = np.random.default_rng(3)
    maps = random.normal(size=(9, 8, 11)).astype(np.float32)
    maps[:, :4, :5] = maps[:, :1, :1]  # an even region
    maps[4] = maps[2]  # of two that are equal, the first wins
    sampling = MapSampling(place, height, width)
    expected, seen = everywhere(maps, sampling)
    rows = 0
    for found in best_classes(maps, PossibleWinners.of(maps), sampling, are_logits=True):
        assert found.rows.start == rows
        rows = found.rows.stop
        np.testing.assert_array_equal(found.classes, expected[found.rows])
        np.testing.assert_array_equal(found.is_seen, seen[found.rows])
        assert (found.confidence > 1 / 9 / 2).all()
        assert (found.confidence <= 1 + 1e-6).all()
    assert rows == height


def test_that_confidence_is_interpolated_between_the_cells_probabilities() -> None:
    maps = np.zeros((2, 1, 2), np.float32)
    maps[0, 0] = (4, 2)  # the first class wins on both sides
    place = Placement(4, 1, 4, 1, 1.0, 1.0)
    winners = PossibleWinners.of(maps)
    (found,) = best_classes(maps, winners, MapSampling(place, 1, 4), are_logits=True)
    left, right = 1 / (1 + np.exp(-4)), 1 / (1 + np.exp(-2))
    expected = [left + (right - left) * part for part in (0, 0.25, 0.75, 1)]
    np.testing.assert_allclose(found.confidence[0], expected, atol=1e-6)
    (raw,) = best_classes(maps, winners, MapSampling(place, 1, 4), are_logits=False)
    np.testing.assert_allclose(raw.confidence[0], [4, 3.5, 2.5, 2], atol=1e-6)


def test_that_few_classes_are_possible_where_one_is_large() -> None:
    maps = np.zeros((5, 6, 6), np.float32)
    maps[2] = 3
    winners = PossibleWinners.of(maps)
    assert winners.classes.tolist() == [2] * 36


def test_that_a_class_is_possible_alone_where_it_is_the_best_of_all_four_cells() -> None:
    maps = np.zeros((3, 2, 2), np.float32)
    maps[1] = [[1, 9], [1, 9]]
    maps[0] = [[0, 8], [0, 8]]  # at its most more than the other at its least
    assert PossibleWinners.of(maps).classes.tolist() == [1, 1, 1, 1]


def test_that_classes_are_listed_cell_by_cell() -> None:
    maps = np.array([[[4, -1, -1]], [[0, 4, 0]], [[1, 0, 4]]], np.float32)
    winners = PossibleWinners.of(maps)
    assert winners.counts.tolist() == [3, 2, 1]
    assert winners.starts.tolist() == [0, 3, 5]
    assert winners.classes.tolist() == [0, 1, 2, 1, 2, 2]
