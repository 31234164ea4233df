"""Two results of a picture, compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.comparison.agreement import (
    Agreement,
    ClassAgreement,
    DepthAgreement,
    ImageAgreement,
    RegionAgreement,
    ThingAgreement,
    VectorAgreement,
    WordAgreement,
)
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.result_comparison import compare_results
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    DepthMap,
    DepthScale,
    Detection,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from ailab.services.problem import Problem
from fake_masks import discs

SIZE = (40, 30)


def compared(
    a: Prediction | None, b: Prediction | None, thresholds: tuple[float, float] = (0.5, 0.5)
) -> Agreement:
    mine, its = (PictureResult("p.png", *SIZE, each) for each in (a, b))
    return compare_results(mine, its, thresholds)


def boxes(*items: tuple[str, float, tuple[float, float, float, float]]) -> Detections:
    return Detections(tuple(Detection(0, *each) for each in items))


def depths(values: npt.NDArray[Any], scale: DepthScale) -> DepthMap:
    values = values.astype(np.float32)
    numbers = float(values.min()), float(values.max()), float(np.median(values))
    return DepthMap(values.shape[1], values.shape[0], FloatMap.pack(values), scale, *numbers)


def regions(labels: npt.NDArray[Any], confidence: npt.NDArray[Any], *names: str) -> Segmentation:
    height, width = labels.shape
    segments = tuple(Segment(n, n, name, 0.9, 0.1) for n, name in enumerate(names, 1))
    maps = labels.astype(np.uint8).tobytes(), confidence.astype(np.uint8).tobytes()
    return Segmentation.pack(width, height, *maps, segments)


def test_that_classes_agree_by_their_best_whatever_letters_it_has() -> None:
    a = Classification((ClassScore(0, "TV", 0.3), ClassScore(1, "cat", 0.2)))
    b = Classification((ClassScore(7, "tv", 0.9),))
    found = compared(a, b)
    assert isinstance(found, ClassAgreement)
    assert found.is_same
    assert found.difference == pytest.approx(0.6)
    other = compared(a, Classification((ClassScore(1, "cat", 0.8),)))
    assert isinstance(other, ClassAgreement)
    assert (other.is_same, other.difference) == (False, None)


def test_that_boxes_match_by_label_and_overlap_the_best_pair_first() -> None:
    a = boxes(
        ("cat", 0.9, (0, 0, 10, 10)), ("cat", 0.8, (1, 0, 11, 10)), ("dog", 0.7, (0, 0, 9, 9))
    )
    b = boxes(
        ("cat", 0.9, (1, 0, 11, 10)), ("cow", 0.9, (0, 0, 9, 9)), ("cat", 0.6, (30, 0, 40, 9))
    )
    found = compared(a, b)
    assert isinstance(found, ThingAgreement)
    by_label = {each.label: (each.matched, each.only_a, each.only_b) for each in found.labels}
    assert by_label == {"cat": (1, 1, 1), "dog": (0, 1, 0), "cow": (0, 0, 1)}
    assert found.labels[0].mean_iou == pytest.approx(1.0)
    assert found.labels[1].mean_iou is None
    assert found.total.matched == 1


def test_that_exchanging_both_exchanges_what_is_told() -> None:
    rng = np.random.default_rng(3)
    sides = []
    for _ in range(2):
        corners = rng.uniform(0, 20, (60, 2))
        items = [("x", 0.9, (x, y, x + 12, y + 12)) for x, y in corners.tolist()]
        sides.append(boxes(*items))
    one, other = compared(sides[0], sides[1]), compared(sides[1], sides[0])
    assert isinstance(one, ThingAgreement)
    assert isinstance(other, ThingAgreement)
    assert one.total.matched == other.total.matched > 0
    assert one.total.overlap == pytest.approx(other.total.overlap)


def test_that_each_side_has_its_own_threshold() -> None:
    a, b = boxes(("cat", 0.4, (0, 0, 9, 9))), boxes(("cat", 0.8, (0, 0, 9, 9)))
    for thresholds, counts in (((0.3, 0.5), (1, 0, 0)), ((0.5, 0.5), (0, 0, 1))):
        found = compared(a, b, thresholds)
        assert isinstance(found, ThingAgreement)
        assert (found.total.matched, found.total.only_a, found.total.only_b) == counts


def test_that_nothing_found_by_either_agrees_in_nothing() -> None:
    found = compared(boxes(), boxes())
    assert isinstance(found, ThingAgreement)
    assert found.labels == ()


def test_that_masks_match_by_their_pixels() -> None:
    a = discs(*SIZE, (10, 10, 6, 0.9), (30, 15, 5, 0.8), (10, 10, 3, 0.7))
    b = discs(*SIZE, (30, 15, 5, 0.9), (11, 10, 6, 0.8), (20, 25, 3, 0.7))
    found = compared(a, b)
    assert isinstance(found, ThingAgreement)
    (masks,) = found.labels
    assert (masks.label, masks.matched, masks.only_a, masks.only_b) == ("mask", 2, 1, 1)
    y, x = np.mgrid[:30, :40]
    one, two = ((x - cx) ** 2 + (y - 10) ** 2 <= 36 for cx in (10, 11))
    assert masks.overlap == pytest.approx(1 + (one & two).sum() / (one | two).sum())


def test_that_pixels_are_counted_by_the_names_of_their_labels() -> None:
    sure = np.full((30, 40), 255)
    mine, its = np.zeros((30, 40)), np.zeros((30, 40))
    mine[:, :20], mine[:, 20:] = 1, 2
    its[:, :10], its[:, 10:30] = 2, 1  # in the other order
    found = compared(regions(mine, sure, "sky", "Sea"), regions(its, sure, "sea", "sky"))
    assert isinstance(found, RegionAgreement)
    assert found.pixels == 1200
    assert found.same == 600
    by_label = {each.label: (each.both, each.only_a, each.only_b) for each in found.labels}
    assert by_label == {"sky": (300, 300, 0), "Sea": (300, 300, 300)}
    assert found.mean_iou == pytest.approx((1 / 2 + 1 / 3) / 2)


def test_that_pixels_that_are_not_sure_have_no_label() -> None:
    labels = np.ones((30, 40))
    unsure = np.full((30, 40), 255)
    unsure[:10] = 100
    sure = np.full((30, 40), 255)
    found = compared(regions(labels, unsure, "sky"), regions(labels, sure, "sky"), (0.5, 0.5))
    assert isinstance(found, RegionAgreement)
    assert found.share == pytest.approx(2 / 3)
    assert compared(regions(labels, unsure, "sky"), regions(labels, unsure, "sky")) == replace(
        found, same=1200, labels=(replace(found.labels[0], only_b=0),)
    )


def test_that_a_smaller_label_map_is_brought_to_the_larger() -> None:
    small, large = np.ones((15, 20)), np.ones((30, 40))
    large[:, 20:] = 2
    found = compared(
        regions(small, small * 255, "sky"), regions(large, np.full((30, 40), 255), "sky", "sea")
    )
    assert isinstance(found, RegionAgreement)
    assert (found.pixels, found.same) == (1200, 600)


def test_that_metres_are_told_apart_in_metres_and_shares() -> None:
    ramp = np.tile(np.linspace(1, 5, 40), (30, 1))
    found = compared(depths(ramp, DepthScale.METRES), depths(ramp * 1.5, DepthScale.METRES))
    assert isinstance(found, DepthAgreement)
    assert found.correlation == pytest.approx(1, abs=1e-6)
    assert found.difference == pytest.approx(ramp.mean() / 2, rel=1e-5)
    assert found.relative == pytest.approx(0.5 / 1.25, rel=1e-5)


def test_that_relative_depths_agree_whatever_their_factor_and_shift() -> None:
    rng = np.random.default_rng(1)
    values = rng.uniform(1000, 1001, (300, 400))
    noisy = values * 3 - 20 + rng.normal(0, 0.5, values.shape)
    found = compared(depths(values, DepthScale.INVERSE), depths(noisy, DepthScale.INVERSE))
    assert isinstance(found, DepthAgreement)
    kept_a, kept_b = (each.astype(np.float32).astype(np.float64) for each in (values, noisy))
    expected = np.corrcoef(kept_a.ravel(), kept_b.ravel())[0, 1]
    assert found.correlation == pytest.approx(expected, abs=1e-9)
    assert found.difference is None


def test_that_nearness_is_compared_with_the_reciprocal_of_metres_at_another_size() -> None:
    metres = np.tile(np.linspace(1, 4, 80), (60, 1))
    near = 1 / metres[::2, ::2]
    found = compared(depths(near, DepthScale.INVERSE), depths(metres, DepthScale.METRES))
    assert isinstance(found, DepthAgreement)
    assert found.correlation is not None
    assert found.correlation > 0.99
    flat = compared(depths(near, DepthScale.INVERSE), depths(near * 0 + 1, DepthScale.INVERSE))
    assert flat == DepthAgreement(None)
    with pytest.raises(NotComparedError, match="no common scale"):
        compared(depths(near, DepthScale.INVERSE), depths(near, DepthScale.DISTANCE))


def test_that_words_are_the_same_however_they_are_broken_into_lines() -> None:
    found = compared(GeneratedText("a red\ncat"), GeneratedText("a red  cat "))
    assert isinstance(found, WordAgreement)
    assert found == WordAgreement(True, 3, 0, 0)
    assert compared(GeneratedText("a a cat"), GeneratedText("a dog")) == WordAgreement(
        False, 1, 2, 1
    )


def test_that_places_of_words_match_as_boxes_do_and_lines_do_not() -> None:
    here, there = (0.0, 0.0, 9.0, 9.0), (20.0, 0.0, 30.0, 9.0)
    a = GeneratedText("cat", places=(Place("cat", here), Place("cat", there)))
    b = GeneratedText("cat", places=(Place("cat", here),))
    found = compared(a, b)
    assert isinstance(found, WordAgreement)
    assert found.places is not None
    assert (found.places.total.matched, found.places.total.only_a) == (1, 1)
    line = GeneratedText("cat", places=(Place("cat", here, (), 0.9),))
    assert compared(line, line) == WordAgreement(True, 1, 0, 0)


def test_that_vectors_are_compared_by_their_cosine() -> None:
    def vector(*numbers: float) -> Features:
        return Features(FloatMap.pack(np.array([numbers], np.float32)))

    found = compared(vector(1, 0), vector(3, 3))
    assert isinstance(found, VectorAgreement)
    assert found.cosine == pytest.approx(0.5**0.5)
    with pytest.raises(NotComparedError, match="has 2 numbers and that of B 3"):
        compared(vector(1, 0), vector(1, 0, 0))
    with pytest.raises(NotComparedError, match="zeros"):
        compared(vector(1, 0), vector(0, 0))


def test_that_pictures_made_are_compared_level_by_level() -> None:
    dark = np.zeros((30, 40, 3), np.uint8)
    light = dark.copy()
    light[:15] = 10
    found = compared(output_image(dark), output_image(light))
    assert found == ImageAgreement(5.0, 50.0)
    assert isinstance(found, ImageAgreement)
    assert found.psnr == pytest.approx(10 * np.log10(255**2 / 50))
    same = compared(output_image(dark), output_image(dark))
    assert isinstance(same, ImageAgreement)
    assert same.psnr is None
    with pytest.raises(NotComparedError, match="A made a picture of 40 × 30 pixels"):
        compared(output_image(dark), output_image(np.zeros((60, 80, 3), np.uint8)))
    with pytest.raises(NotComparedError, match="not there any more"):
        compared(replace(output_image(dark), png=b""), output_image(dark))


def test_that_what_cannot_be_compared_says_why() -> None:
    with pytest.raises(NotComparedError, match="A finds boxes and B words"):
        compared(boxes(), GeneratedText("cat"))
    with pytest.raises(NotComparedError, match=r"It failed in B\."):
        compared(boxes(), None)
    failed = PictureResult("p.png", *SIZE, problem=Problem("p.png is damaged."))
    done = PictureResult("p.png", *SIZE, boxes())
    with pytest.raises(NotComparedError, match=r"It failed in A: p\.png is damaged"):
        compare_results(failed, done, (0.5, 0.5))
    with pytest.raises(NotComparedError, match="40 × 30 pixels in A and 80 × 30 in B"):
        compare_results(done, replace(done, width=80), (0.5, 0.5))
