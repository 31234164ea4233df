"""Keypoints of two results of a picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.comparison.agreement import PointAgreement
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.point_comparison import compare_points
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose


def test_that_points_of_poses_are_compared_by_name() -> None:
    a = Keypoints(
        (Pose(0.9, (Keypoint(1, 1, 0.9, 0), Keypoint(9, 9, 0.9, 1)), (0, 0, 10, 10)),),
        ("nose", "left eye"),
    )
    b = Keypoints(
        (
            Pose(0.9, (Keypoint(9, 10, 0.9, 0), Keypoint(1, 3, 0.9, 1)), (0, 0, 10, 11)),
            Pose(0.8, (Keypoint(30, 5, 0.9, 1),), (25, 0, 35, 11)),
        ),
        ("Left eye", "nose"),
    )
    assert compare_points(a, b) == PointAgreement(1, 0, 1, 2, 3.0)
    boxless = Keypoints(tuple(replace(pose, box=None) for pose in b.poses), b.names)
    assert compare_points(a, boxless) == PointAgreement(1, 0, 1, 2, 3.0)
    with pytest.raises(NotComparedError, match="no name in common"):
        compare_points(a, replace(b, names=("wheel", "door")))
    with pytest.raises(NotComparedError, match="points of interest"):
        compare_points(a, Keypoints(b.poses))


def test_that_points_of_interest_match_where_each_is_the_nearest_to_the_other() -> None:
    def points(*places: tuple[float, float]) -> Keypoints:
        return Keypoints((Pose(0.9, tuple(Keypoint(x, y, 0.9) for x, y in places)),))

    found = compare_points(points((5, 5), (6, 5), (30, 20)), points((6, 6), (20, 20)))
    assert found == PointAgreement(1, 2, 1, 1, 1.0, is_of_poses=False)
    assert compare_points(points(), points((1, 1))) == PointAgreement(
        0, 0, 1, 0, 0, is_of_poses=False
    )
