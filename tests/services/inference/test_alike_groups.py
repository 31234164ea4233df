"""Groups of pictures that are alike."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np

from ailab.services.inference.alike_group import AlikeGroup
from ailab.services.inference.feature_set import FeatureSet


def at(*degrees: float) -> FeatureSet:
    """Vectors in a plane; their cosines are those of the angles between them."""
    radians = np.radians(degrees)
    vectors = np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)
    return FeatureSet([f"{number}.png" for number in range(len(degrees))], 3 * vectors)


def places(groups: tuple[AlikeGroup, ...]) -> list[list[int]]:
    return [[each.index for each in group.members] for group in groups]


def test_that_a_hundred_copies_are_one_group() -> None:
    (group,) = at(*[30.0] * 100, 120.0).groups(1.0)
    assert [each.index for each in group.members] == list(range(100))
    assert {each.similarity for each in group.members} == {1.0}
    assert group.least_similarity == 1.0


def test_that_a_chain_is_one_group_which_tells_its_least_likeness() -> None:
    (group,) = at(0, 20, 40, 60, 200).groups(0.9)
    assert sorted(each.index for each in group.members) == [0, 1, 2, 3]
    assert group.least_similarity == 0.5  # of 0 and 60 degrees
    first, *others = group.members
    assert (first.index, first.picture, first.similarity) == (1, "1.png", 1.0)  # in the middle
    assert [round(each.similarity, 3) for each in others] == [0.94, 0.94, 0.766]


def test_that_the_largest_group_comes_first_and_what_is_alone_is_in_none() -> None:
    found = at(0, 90, 91, 180, 181, 182, 270).groups(0.99)
    assert places(found) == [[4, 3, 5], [1, 2]]


def test_that_a_vector_without_a_direction_is_in_no_group() -> None:
    vectors = np.array([[0, 0], [0, 0], [1, 0], [1, 0]], np.float32)
    assert places(FeatureSet(["a", "b", "c", "d"], vectors).groups(0.0)) == [[2, 3]]


def test_that_no_picture_has_no_group() -> None:
    assert FeatureSet([], np.zeros((0, 2), np.float32)).groups(0.5) == ()


def test_that_the_groups_are_those_of_all_pairs() -> None:
    random = np.random.default_rng(3)
    for least in (0.5, 0.8, 0.9, 0.97):
        vectors = random.normal(size=(60, 3)).astype(np.float32)
        features = FeatureSet([str(number) for number in range(60)], vectors.copy())
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        cosines = unit @ unit.T
        parent = list(range(60))
        for one, other in itertools.combinations(range(60), 2):
            if cosines[one, other] >= least:
                parent = [parent[one] if each == parent[other] else each for each in parent]
        wanted = {frozenset(np.flatnonzero(np.array(parent) == each)) for each in parent}
        groups = features.groups(least)
        assert {frozenset(each) for each in places(groups)} == {e for e in wanted if len(e) > 1}
        for group in groups:
            rows = [each.index for each in group.members]
            inner = cosines[np.ix_(rows, rows)]
            assert abs(group.least_similarity - inner.min()) < 2e-6
            assert inner[0].mean() > inner.mean(axis=1).max() - 2e-6


def test_that_looking_ends_where_nobody_waits() -> None:
    assert at(0, 0, 0).groups(0.5, lambda: False) == ()


def test_that_memory_does_not_grow_with_the_pairs() -> None:
    features = FeatureSet(range(6000), np.ones((6000, 4), np.float32))  # type: ignore[arg-type]
    tracemalloc.start()
    (group,) = features.groups(0.9)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(group.members) == 6000
    assert peak < 120 * 2**20
