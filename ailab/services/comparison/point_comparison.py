"""Keypoints in two predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.comparison.agreement import PointAgreement, label_key
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.thing_matching import LEAST_IOU, box_ious, greedy
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose

if TYPE_CHECKING:
    import numpy.typing as npt

    Doubles = npt.NDArray[np.float64]

NEAR = 3.0
"""Pixels between two points of interest that are the same one, as SuperPoint's authors have it for
repeatability (D. DeTone, T. Malisiewicz, A. Rabinovich, 2018)."""

_AT_ONCE = 256


def compare_points(a: Keypoints, b: Keypoints) -> PointAgreement:
    """Match poses, and tell how far their points are apart; or match points of interest.

    Poses are matched by the IoU of their boxes, those without one by the box around the points
    whose names both know. Points of interest are the same where each is the nearest to the other,
    within `NEAR` pixels.

    Args:
        a: those of A that reach its threshold.
        b: those of B.

    Raises:
        NotComparedError: their points have no name in common.
    """
    if bool(a.names) != bool(b.names):
        raise NotComparedError(
            "A or B finds points of interest, and the other one the points of poses.",
            "Compare models that find the same points.",
        )
    return _poses(a, b) if a.names else _points_of_interest(a, b)


def _poses(a: Keypoints, b: Keypoints) -> PointAgreement:
    names_b = {label_key(name): number for number, name in enumerate(b.names)}
    shared = {
        number: names_b[label_key(name)]
        for number, name in enumerate(a.names)
        if label_key(name) in names_b
    }
    if not shared:
        raise NotComparedError(
            "The points of A and B have no name in common.",
            "Compare models that find the same points.",
        )
    mine = [
        {shared[each.name]: each for each in pose.points if each.name in shared} for pose in a.poses
    ]
    its = [{each.name: each for each in pose.points} for pose in b.poses]
    pairs = [
        (i, j, iou)
        for i, pose in enumerate(a.poses)
        for j, other in enumerate(b.poses)
        if (iou := _iou(pose, mine[i], other, its[j])) >= LEAST_IOU
    ]
    matches = greedy(pairs)
    points, distance = 0, 0.0
    for i, j, _ in matches:
        for name in mine[i].keys() & its[j].keys():
            one, two = mine[i][name], its[j][name]
            points += 1
            distance += float(np.hypot(one.x - two.x, one.y - two.y))
    count = len(matches)
    return PointAgreement(
        count,
        len(a.poses) - count,
        len(b.poses) - count,
        points,
        distance,
        pairs=tuple((i, j) for i, j, _ in matches),
    )


def _iou(a: Pose, points_a: dict[int, Keypoint], b: Pose, points_b: dict[int, Keypoint]) -> float:
    if a.box is not None and b.box is not None:
        boxes = [np.array([each.box], np.float64) for each in (a, b)]
    else:
        names = points_a.keys() & points_b.keys()
        if not names:
            return 0.0
        boxes = [_around([of[name] for name in names]) for of in (points_a, points_b)]
    return float(box_ious(*boxes)[0, 0])


def _around(points: list[Keypoint]) -> Doubles:
    """The box around points and a pixel beyond, so that it has an area even around one point."""
    places = _places(points)
    return np.concatenate([places.min(axis=0) - 1, places.max(axis=0) + 1])[None]


def _points_of_interest(a: Keypoints, b: Keypoints) -> PointAgreement:
    mine, its = (_places([p for pose in one.poses for p in pose.points]) for one in (a, b))
    count, distance = 0, 0.0
    if len(mine) and len(its):
        nearest, apart = _nearest(mine, its)
        back, _ = _nearest(its, mine)
        is_match = (back[nearest] == np.arange(len(mine))) & (apart <= NEAR)
        count, distance = int(is_match.sum()), float(apart[is_match].sum())
    return PointAgreement(
        count, len(mine) - count, len(its) - count, count, distance, is_of_poses=False
    )


def _places(points: list[Keypoint]) -> Doubles:
    return np.array([(each.x, each.y) for each in points], np.float64).reshape(-1, 2)


def _nearest(of: Doubles, among: Doubles) -> tuple[npt.NDArray[np.intp], Doubles]:
    """For each point the place of the nearest of others, and how far that is."""
    places, distances = [], []
    for start in range(0, len(of), _AT_ONCE):
        apart = np.linalg.norm(of[start : start + _AT_ONCE, None] - among[None], axis=2)
        places.append(apart.argmin(axis=1))
        distances.append(apart.min(axis=1))
    return np.concatenate(places), np.concatenate(distances)
