"""The vectors of many pictures, block by block."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference import feature_set
from ailab.services.inference.feature_set import FeatureSet
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult


def a_set(*rows: tuple[float, ...]) -> FeatureSet:
    return FeatureSet([f"{place}" for place in range(len(rows))], np.array(rows, np.float32))


@pytest.mark.parametrize("count", [1, 3, 200, 2000])
def test_that_blocks_and_groups_find_what_sorting_everything_finds(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(feature_set, "_BLOCK", 4 * 300 * 9)  # nine rows
    rows = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
    rows[200:250] = rows[:50]  # duplicates
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    names = [f"{place}" for place in range(300)]
    found = list(FeatureSet(names, rows.copy()).nearest_of_each(count))
    assert len(found) == 300
    for place in (0, 8, 9, 149, 220, 299):
        cosines = unit @ unit[place]
        cosines[place] = -9
        best = np.sort(cosines)[::-1][: min(count, 299)]
        similarities = [each.similarity for each in found[place]]
        np.testing.assert_allclose(similarities, best, atol=1e-6)
        assert place not in {each.index for each in found[place]}
        assert all(each.picture == names[each.index] for each in found[place])
    assert found[220][0].index == 20


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30])
def test_that_tiny_and_huge_numbers_have_directions_too(scale: float) -> None:
    (first, *_) = a_set((scale, 0), (scale, scale), (0, scale)).nearest_of_each(2)
    assert [(each.index, round(each.similarity, 3)) for each in first] == [(1, 0.707), (2, 0.0)]


def test_that_the_opposite_counts_and_zeros_do_not() -> None:
    found = list(a_set((1, 0), (0, 0), (-1, 0)).nearest_of_each(5))
    assert [[each.index for each in near] for near in found] == [[2], [], [0]]
    assert found[0][0].similarity == -1
    assert a_set((1, 0), (0, 0), (-1, 0)).compared == 2


def test_that_results_keep_their_places() -> None:
    def result(*numbers: float) -> PictureResult:
        vector = Features(FloatMap.pack(np.array([numbers], np.float32)))
        return PictureResult(str(numbers), 4, 4, vector)

    results = (PictureResult("failed"), result(1, 1), result(1, 2, 3), result(1, 0))
    found = list(FeatureSet.of_results(results).nearest_of_each(3))
    assert [[each.index for each in near] for near in found] == [[], [3], [], [1]]
    assert found[1][0].picture == "(1, 0)"


def test_that_vectors_of_another_length_are_near_to_none() -> None:
    found = a_set((1, 0), (0, 1)).nearest_to_each(a_set((1, 0, 0)), 3)
    assert list(found) == [()]
    assert len(list(FeatureSet.of_results(()).nearest_of_each(3))) == 0
