"""The best class of each pixel: as if all classes were interpolated everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks import best_classes as module
from ailab.services.inference.tasks import class_contest
from ailab.services.inference.tasks import possible_winners as winners_module
from ailab.services.inference.tasks.best_classes import best_classes
from ailab.services.inference.tasks.decoding import softmax
from ailab.services.inference.tasks.map_sampling import MapSampling
from ailab.services.inference.tasks.possible_winners import PossibleWinners

PLACES = {
    "enlarged": (Placement(53, 41, 32, 32, 32 / 53, 32 / 41), 41, 53),
    "reduced": (Placement(7, 5, 32, 32, 32 / 7, 32 / 5), 5, 7),
    "letterboxed": (Placement(40, 20, 32, 32, 0.8, 0.8, 0, 8), 20, 40),
    "cropped": (Placement(64, 40, 32, 32, 1.0, 1.0, -16, -4), 40, 64),
    "one pixel": (Placement(1, 1, 32, 32, 32, 32), 1, 1),
}


Maps = npt.NDArray[np.float32]


def everywhere(
    maps: Maps, sampling: MapSampling, *, are_logits: bool
) -> tuple[npt.NDArray[np.intp], Maps, npt.NDArray[np.bool_]]:
    """What interpolating every class, and every class's probability, gives."""
    classes = np.empty((sampling.height, sampling.width), np.intp)
    sure = np.empty(classes.shape, np.float32)
    seen = np.empty(classes.shape, np.bool_)
    turned = np.ascontiguousarray(np.moveaxis(maps, 0, -1))
    shares = softmax(turned) if are_logits else np.clip(turned, 0, 1)
    for (rows, values, is_seen), (_, chances, _) in zip(
        sampling.strips(turned), sampling.strips(shares), strict=True
    ):
        classes[rows] = best = values.argmax(axis=-1)
        sure[rows] = np.take_along_axis(chances, best[..., None], axis=-1)[..., 0]
        seen[rows] = is_seen
    return classes, sure, seen


def check(maps: Maps, sampling: MapSampling, *, are_logits: bool = True) -> None:
    """Nobody sees a difference."""
    expected, sure, seen = everywhere(maps, sampling, are_logits=are_logits)
    winners = PossibleWinners.of(maps, are_logits=are_logits)
    rows = 0
    for found in best_classes(maps, winners, sampling):
        assert found.rows.start == rows
        rows = found.rows.stop
        np.testing.assert_array_equal(found.classes, expected[found.rows])
        np.testing.assert_array_equal(found.is_seen, seen[found.rows])
        np.testing.assert_allclose(found.confidence, 255 * sure[found.rows], rtol=0, atol=0.51)
    assert rows == sampling.height


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("strip", [1, 10**6])
def test_that_the_classes_are_those_of_interpolating_all(
    name: str, strip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STRIP_PIXELS", strip)
    monkeypatch.setattr(module, "_STRIP_VALUES", strip)
    monkeypatch.setattr(class_contest, "_PIXELS_AT_ONCE", strip)
    monkeypatch.setattr(winners_module, "_STRIP_VALUES", strip)
    monkeypatch.setattr(winners_module, "_AT_ONCE", strip)
    place, height, width = PLACES[name]
    random = np.random.default_rng(3)
    maps = random.normal(size=(9, 8, 11)).astype(np.float32)
    maps[:, :4, :5] = maps[:, :1, :1]  # an even region
    maps[4] = maps[2]  # of two that are equal, the first wins
    check(maps, MapSampling(place, height, width))


@pytest.mark.parametrize("seed", range(60))
def test_that_no_maps_are_decided_otherwise(seed: int) -> None:
    random = np.random.default_rng(seed)
    count, high, wide = random.choice([2, 3, 4, 5, 7, 8, 21, 150, 300]), *random.integers(1, 14, 2)
    maps = random.normal(size=(count, high, wide))
    if seed % 2:  # as networks that have learnt give them: even regions, and large differences
        coarse = random.normal(size=(count, high // 4 + 1, wide // 4 + 1))
        maps = 0.1 * maps + 8 * np.repeat(np.repeat(coarse, 4, 1), 4, 2)[:, :high, :wide]
    if seed % 3 == 0:  # many that are equal
        maps = np.round(maps)
    if seed % 5 == 0:  # whose exponentials have no place in float32, or are all nought
        maps += random.choice([-300, 300])
    if seed % 7 == 0:
        maps[random.integers(count)] = -65504  # what is ruled out, in half precision
    height, width = (int(side) for side in random.integers(1, 70, 2))
    scale_x, scale_y = random.uniform(0.3, 1.5, 2) * (64 / width, 64 / height)
    offset_x, offset_y = random.uniform(-20, 20, 2) * (seed % 4 == 0)
    place = Placement(width, height, 64, 64, scale_x, scale_y, offset_x, offset_y)
    check(maps.astype(np.float32), MapSampling(place, height, width), are_logits=seed % 6 != 1)


def test_that_confidence_is_interpolated_between_the_cells_probabilities() -> None:
    maps = np.zeros((2, 1, 2), np.float32)
    maps[0, 0] = (4, 2)  # the first class wins on both sides
    place = Placement(4, 1, 4, 1, 1.0, 1.0)
    winners = PossibleWinners.of(maps, are_logits=True)
    (found,) = best_classes(maps, winners, MapSampling(place, 1, 4))
    left, right = 1 / (1 + np.exp(-4)), 1 / (1 + np.exp(-2))
    expected = [left + (right - left) * part for part in (0, 0.25, 0.75, 1)]
    assert found.confidence[0].tolist() == [round(255 * share) for share in expected]
    maps[0, 0] = (0.8, 0)
    (raw,) = best_classes(
        maps, PossibleWinners.of(maps, are_logits=False), MapSampling(place, 1, 4)
    )
    assert raw.confidence[0].tolist() == [204, 153, 51, 0]


def test_that_the_last_of_as_many_classes_as_a_byte_has_numbers_wins() -> None:
    maps = np.zeros((256, 2, 2), np.float32)
    maps[255, :, 1] = 4
    winners = PossibleWinners.of(maps, are_logits=True)
    place = Placement(2, 2, 2, 2, 1.0, 1.0)
    (found,) = best_classes(maps, winners, MapSampling(place, 2, 2))
    assert found.classes.tolist() == [[0, 255]] * 2


def test_that_few_classes_are_possible_where_one_is_large() -> None:
    maps = np.zeros((5, 6, 6), np.float32)
    maps[2] = 3
    winners = PossibleWinners.of(maps, are_logits=True)
    assert winners.best.tolist() == [2] * 36
    assert winners.counts.tolist() == [1] * 36
    assert not winners.classes.size


def test_that_a_class_is_possible_alone_where_it_is_the_best_of_all_four_cells() -> None:
    maps = np.zeros((3, 2, 2), np.float32)
    maps[1] = [[1, 9], [1, 9]]
    maps[0] = [[0, 8], [0, 8]]  # at its most more than the other at its least
    winners = PossibleWinners.of(maps, are_logits=True)
    assert winners.best.tolist() == [1, 1, 1, 1]
    assert winners.counts.tolist() == [1, 1, 1, 1]


def test_that_what_another_class_is_above_everywhere_is_not_possible() -> None:
    maps = np.array([[[4, 1]], [[0, 3]], [[3, 0.5]], [[-1, 2.5]]], np.float32)
    winners = PossibleWinners.of(maps, are_logits=True)
    assert winners.classes.tolist()[:2] == [0, 1]  # each of the others is below one of these
    assert winners.counts.tolist() == [2, 1]


def test_that_classes_are_listed_cell_by_cell() -> None:
    maps = np.array([[[4, -1, -1]], [[0, 4, 0]], [[1, 0, 4]]], np.float32)
    winners = PossibleWinners.of(maps, are_logits=True)
    assert winners.counts.tolist() == [3, 2, 1]
    assert winners.starts.tolist()[:2] == [0, 3]
    assert winners.classes.tolist() == [0, 1, 2, 1, 2]
