"""Which thing of one result is which of another."""

from __future__ import annotations

from dataclasses import replace

from held_runs import CAT, DOG

from ailab.services.comparison.counterparts import Pairs, find_counterparts
from ailab.services.comparison.result_comparison import compare_results
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.places.place import Place
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detections,
    Prediction,
    Segment,
    Segmentation,
)
from fake_masks import discs


def counterparts(a: Prediction, b: Prediction, threshold: float = 0.3) -> Pairs | None:
    mine, its = (PictureResult("p.png", 40, 30, each) for each in (a, b))
    both = threshold, threshold
    return find_counterparts(mine, its, compare_results(mine, its, both), both)


def test_that_boxes_of_the_same_label_go_before_others_in_the_same_place() -> None:
    fox = replace(CAT, label="fox", score=0.8)
    assert counterparts(Detections((CAT, DOG)), Detections((DOG, CAT))) == ((0, 1), (1, 0))
    assert counterparts(Detections((CAT,)), Detections((fox, CAT))) == ((0, 1),)
    assert counterparts(Detections((CAT,)), Detections((DOG, fox))) == ((0, 1),)
    assert counterparts(Detections((CAT,)), Detections((DOG,))) == ()


def test_that_what_does_not_reach_the_threshold_is_nobodys_counterpart() -> None:
    both = Detections((CAT, DOG))
    assert counterparts(both, both, 0.5) == ((0, 0),)


def test_that_masks_go_by_their_pixels() -> None:
    masks = discs(40, 30, (10, 10, 6, 0.9), (30, 20, 5, 0.8))
    others = discs(40, 30, (30, 20, 5, 0.9), (11, 10, 6, 0.7))
    assert dict(counterparts(masks, others) or ()) == {0: 1, 1: 0}


def test_that_lines_of_a_page_go_by_their_place_whatever_was_read() -> None:
    def page(*lines: tuple[str, float]) -> GeneratedText:
        places = (
            Place(text, (0, 10.0 * n, 30, 10.0 * n + 8), (), score)
            for n, (text, score) in enumerate(lines)
        )
        return GeneratedText("\n".join(text for text, _ in lines), places=tuple(places))

    mine = page(("Hallo", 0.9), ("dim", 0.1), ("world", 0.8))
    its = page(("Hello", 0.9), ("dim", 0.9), ("world", 0.8))
    assert counterparts(mine, its) == ((0, 0), (2, 2))


def test_that_poses_go_by_their_boxes() -> None:
    def poses(*lefts: int) -> Keypoints:
        made = (
            Pose(0.9, (Keypoint(left + 5, 5, 0.9, 0),), (left, 0, left + 10, 10)) for left in lefts
        )
        return Keypoints(tuple(made), ("nose",))

    assert counterparts(poses(0, 20), poses(21)) == ((1, 0),)
    points_of_interest = Keypoints(poses(0).poses, ())
    assert counterparts(points_of_interest, points_of_interest) is None


def regions(numbers: list[int], *names: str, tells_objects: bool = False) -> Segmentation:
    segments = tuple(Segment(n, n, name, 0.9, 0.5) for n, name in enumerate(names, 1))
    made = Segmentation.pack(4, 1, bytes(numbers), b"\xff" * 4, segments)
    return replace(made, tells_objects=tells_objects)


def test_that_labels_of_pixels_alone_are_no_things() -> None:
    assert counterparts(regions([1, 1, 2, 0], "cell", "gap"), regions([1, 1, 1, 1], "gap")) is None


def test_that_objects_told_apart_go_by_their_pixels_whatever_they_are_called() -> None:
    a = regions([1, 1, 2, 0], "cell", "cell", tells_objects=True)
    b = regions([2, 2, 0, 1], "cell", "nucleus", tells_objects=True)
    assert counterparts(a, b) == ((1, 2),)


def test_that_classes_of_the_whole_picture_are_no_things() -> None:
    cat = Classification((ClassScore(0, "cat", 0.9),))
    assert counterparts(cat, cat) is None
