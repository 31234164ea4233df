"""Nearest neighbours among the vectors of a run."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.feature_index import FeatureIndex
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification
from ailab.services.problem import Problem


def a_result(name: str, *numbers: float) -> PictureResult:
    vector = Features(FloatMap.pack(np.array([numbers], np.float32)))
    return PictureResult(name, 4, 4, vector)


def told(index: FeatureIndex, results: tuple[PictureResult, ...], of: int, count: int = 9) -> str:
    found = index.nearest(results, of, count)
    assert all(results[each.index].picture == each.picture for each in found)
    return " ".join(f"{each.picture}:{each.similarity:.2f}" for each in found)


RUN = (
    a_result("east", 2, 0),
    a_result("north", 0, 5),
    a_result("north-east", 3, 3),
    a_result("west", -1, 0),
)


def test_that_the_nearest_come_first_whatever_their_length() -> None:
    assert told(FeatureIndex(), RUN, 0) == "north-east:0.71 north:0.00 west:-1.00"
    assert told(FeatureIndex(), RUN, 0, count=1) == "north-east:0.71"


def test_that_what_comes_later_is_found_too() -> None:
    index = FeatureIndex()
    assert told(index, RUN[:2], 0) == "north:0.00"
    assert told(index, RUN, 1) == "north-east:0.71 east:0.00 west:0.00"
    many = (*RUN, *(a_result(f"also {n}", 1, n / 1000) for n in range(600)))
    assert told(index, many, 0, count=2) == "also 0:1.00 also 1:1.00"


def test_that_another_run_has_nothing_of_the_one_before() -> None:
    index = FeatureIndex()
    told(index, RUN, 0)
    other = (a_result("a", 1, 2, 3), a_result("b", 1, 2, 3), a_result("c", 3, 2, 1))
    assert told(index, other, 0) == "b:1.00 c:0.71"
    assert told(index, RUN[:2], 0) == "north:0.00"


def test_that_pictures_without_a_vector_that_compares_are_passed_over() -> None:
    results = (
        PictureResult("failed", problem=Problem("no", "")),
        a_result("first", 1, 1),
        a_result("zeros", 0, 0),
        a_result("longer", 1, 1, 1),
        PictureResult("classes", 4, 4, Classification(())),
        a_result("second", 1, 0),
    )
    index = FeatureIndex()
    assert told(index, results, 1) == "second:0.71"
    assert told(index, results, 2) == told(index, results, 3) == told(index, results, 0) == ""


def test_that_no_vector_at_all_has_no_neighbours() -> None:
    assert FeatureIndex().nearest((PictureResult("failed"),), 0, 5) == ()


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_that_tiny_and_huge_numbers_have_directions_too(scale: float) -> None:
    results = (a_result("a", scale, 0), a_result("b", scale, scale), a_result("c", 0, scale))
    assert told(FeatureIndex(), results, 0) == "b:0.71 c:0.00"
