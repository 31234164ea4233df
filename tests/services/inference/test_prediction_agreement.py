"""Whether two predictions agree as far as their task promises."""

from __future__ import annotations

import numpy as np
import pytest

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import Place
from ailab.services.inference.prediction_agreement import agreement
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


def classes(*scores: float) -> Classification:
    rows = [ClassScore(index, f"class {index}", score) for index, score in enumerate(scores)]
    return Classification(tuple(sorted(rows, key=lambda row: -row.score)))


def boxes(*items: tuple[float, float]) -> Detections:
    """Boxes by their left border and their score."""
    return Detections(
        tuple(Detection(0, "cell", score, (x, 0.0, x + 10, 10.0)) for x, score in items)
    )


def regions(columns: int, class_id: int = 0) -> Segmentation:
    label_map = np.zeros((10, 1000), np.uint8)
    label_map[:, :columns] = 1
    segment = Segment(1, class_id, "cell", 0.9, columns / 1000)
    return Segmentation.pack(1000, 10, label_map.tobytes(), label_map.tobytes(), (segment,))


def depths(factor: float, shape: tuple[int, int] = (4, 5)) -> DepthMap:
    values = np.linspace(1, 2, shape[0] * shape[1], dtype=np.float32).reshape(shape) * factor
    packed = FloatMap.pack(values.astype(np.float32))
    return DepthMap(shape[1], shape[0], packed, DepthScale.METRES, 1.0, 2.0, 1.5)


def features(*values: float) -> Features:
    return Features(FloatMap.pack(np.array([values], np.float32)))


def picture(level: int) -> Prediction:
    return output_image(np.full((4, 5, 3), level, np.uint8))


def located(left: float, label: str = "cat") -> Prediction:
    return GeneratedText("cat", places=(Place(label, (left, 5.0, 30.0, 40.0)),))


def pose(*points: tuple[float, float]) -> Keypoints:
    """One pose, of points by their x and score; each of a name of its own."""
    found = tuple(Keypoint(x, 5.0, score, name) for name, (x, score) in enumerate(points))
    return Keypoints((Pose(0.9, found),))


def masks(*items: tuple[int, float]) -> Masks:
    """Masks by their width and their score."""
    return Masks(
        1000,
        10,
        tuple(
            Mask(score, width / 1000, 0, 0, PixelMap.pack(width, 10, b"\xff" * (10 * width)))
            for width, score in items
        ),
    )


@pytest.mark.parametrize(
    ("reference", "other", "holds"),
    [
        (classes(0.7, 0.3), classes(0.7005, 0.2995), True),
        (classes(0.7, 0.3), classes(0.69, 0.31), False),
        (classes(0.5001, 0.4999), classes(0.4999, 0.5001), True),  # equal, as far as promised
        (classes(0.51, 0.49), classes(0.49, 0.51), False),
        (boxes((10, 0.9), (50, 0.8)), boxes((10.5, 0.9005), (50, 0.8)), True),
        (boxes((10, 0.9)), boxes((12, 0.9)), False),
        (boxes((10, 0.9)), boxes((10, 0.89)), False),
        (boxes((10, 0.9)), boxes(), False),
        (boxes(), boxes((10, 0.9)), False),
        (boxes((10, 0.0504)), boxes(), True),  # at the brink of what is kept
        (boxes((10, 0.9), (200, 0.0504)), boxes((10, 0.9)), True),
        (regions(500), regions(500), True),
        (regions(500), regions(498), True),
        (regions(500), regions(480), False),
        (regions(500), regions(500, class_id=1), False),
        (depths(1.0), depths(1.0005), True),
        (depths(1.0), depths(1.01), False),
        (depths(1.0), depths(1.0, (5, 4)), False),
        (pose((10, 0.9), (20, 0.5)), pose((10.5, 0.9005), (20, 0.5)), True),
        (pose((10, 0.9), (20, 0.5)), pose((10, 0.9), (22, 0.5)), False),
        (pose((10, 0.9), (20, 0.5)), pose((20, 0.9), (10, 0.5)), False),  # of other names
        (pose((10, 0.9)), pose((10, 0.89)), False),
        (pose((10, 0.9), (20, 0.5)), pose((10, 0.9)), False),
        (pose((10, 0.9)), Keypoints(()), False),
        (masks((500, 0.9), (100, 0.8)), masks((500, 0.9005), (100, 0.8)), True),
        (masks((500, 0.9)), masks((498, 0.9)), True),
        (masks((500, 0.9)), masks((490, 0.9)), False),
        (masks((500, 0.9)), masks((500, 0.89)), False),
        (masks((500, 0.9), (100, 0.8)), masks((500, 0.9)), False),
        (masks((500, 0.9)), masks(), False),
        (masks((500, 0.9)), Masks(500, 10, masks((500, 0.9)).items), False),
        (GeneratedText("a cat"), GeneratedText("a cat"), True),
        (GeneratedText("a cat"), GeneratedText("a hat"), False),
        (GeneratedText("cat", 0.9), GeneratedText("cat", 0.9005), True),
        (GeneratedText("cat", 0.9), GeneratedText("cat", 0.89), False),
        (located(10.0), located(10.5), True),
        (located(10.0), located(12.0), False),
        (located(10.0), located(10.0, "dog"), False),
        (located(10.0), GeneratedText("cat"), False),
        (picture(100), picture(101), True),
        (picture(100), picture(103), False),
        (features(1, 2, 3), features(1, 2, 3.001), True),
        (features(1, 2, 3), features(3, 2, 1), False),
        (features(1, 2), features(1, 2, 3), False),
    ],
)
def test_that_predictions_agree_within_their_limits(
    reference: Prediction, other: Prediction, holds: bool
) -> None:
    figures = agreement(reference, other)
    assert all(figure.holds for figure in figures) == holds
    assert all(figure.name in figure.text for figure in figures)


def test_that_other_kinds_are_not_compared() -> None:
    with pytest.raises(ValueError, match="Detections"):
        agreement(classes(1.0), boxes())
