"""What only one of two results of a picture has."""

from __future__ import annotations

import numpy as np
from held_runs import CAT, DOG

from ailab.services.comparison.differences import Differences, find_differences
from ailab.services.comparison.result_comparison import compare_results
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import Detections, Prediction, Segment, Segmentation
from fake_masks import discs

BOTH = (0.3, 0.3)


def found(a: Prediction, b: Prediction) -> Differences | None:
    mine, its = (PictureResult("p.png", 40, 30, each) for each in (a, b))
    return find_differences(mine, its, compare_results(mine, its, BOTH), BOTH)


def regions(labels: list[int], sure: list[int], *names: str) -> Segmentation:
    segments = tuple(Segment(n, n, name, 0.9, 0.5) for n, name in enumerate(names, 1))
    return Segmentation.pack(4, 1, bytes(labels), bytes(sure), segments)


def test_that_things_that_both_found_are_left_out_of_each() -> None:
    differences = found(Detections((CAT, DOG)), Detections((DOG,)))
    assert differences is not None
    assert differences.found_by_both == (frozenset({1}), frozenset({0}))
    assert differences.maps is None
    masks = found(
        discs(40, 30, (10, 10, 6, 0.9)), discs(40, 30, (30, 10, 6, 0.9), (10, 10, 6, 0.5))
    )
    assert masks is not None
    assert masks.found_by_both == (frozenset({0}), frozenset({1}))


def test_that_places_of_words_are_things_and_words_alone_are_not() -> None:
    place = Place("cat", (0.0, 0.0, 9.0, 9.0))
    differences = found(GeneratedText("cat", places=(place,)), GeneratedText("a", places=(place,)))
    assert differences is not None
    assert differences.found_by_both == (frozenset({0}), frozenset({0}))
    assert found(GeneratedText("cat"), GeneratedText("cat")) is None


def test_that_pixels_of_the_same_label_lose_it_in_both() -> None:
    a = regions([1, 1, 2, 2], [255, 255, 255, 10], "sky", "sea")
    b = regions([2, 1, 1, 1], [255, 255, 255, 10], "sea", "sky")
    differences = found(a, b)
    assert differences is not None
    assert differences.maps is not None
    mine, its = (np.frombuffer(each.labels, np.uint8).tolist() for each in differences.maps)
    # The last pixel is sure in neither, so that it has no label in both.
    assert (mine, its) == ([0, 1, 0, 0], [0, 1, 0, 0])
    assert (differences.maps[0].width, differences.maps[0].height) == (4, 1)
    assert differences.maps[1].confidence == bytes([255, 255, 255, 10])
