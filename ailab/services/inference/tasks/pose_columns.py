"""`keypoint-detection` of YOLO's pose exports: a column per thing, with box, score and points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.keypoint_names import point_edges, point_names
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.tasks.decoding import Decoding, output, unexpected
from ailab.services.inference.tasks.detected_boxes import best_apart, corners
from ailab.services.inference.tasks.found_poses import found_pose

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Outputs

BEFORE_POINTS = 5
"""Numbers of a column before its points: cx, cy, w, h, score."""

PER_POINT = 3


def decode_yolo_pose_columns(outputs: Outputs, decoding: Decoding) -> Keypoints:
    """Columns of cx, cy, w, h in pixels of the input, score, then x, y, score of each point.

    The shape is (1, 5 + 3 points, n), as Ultralytics exports its pose networks of one class
    (https://docs.ultralytics.com/tasks/pose).

    Raises:
        ModelFileError: another shape.
    """
    columns = output(outputs, None, 2)
    count, rest = divmod(columns.shape[0] - BEFORE_POINTS, PER_POINT)
    if count < 1 or rest:
        raise unexpected(outputs, "columns of 5 numbers and 3 for each point")
    rows = np.ascontiguousarray(columns.T)
    boxes, scores = corners(rows[:, :4]), rows[:, 4]
    kept = best_apart(boxes, scores, np.zeros(len(scores), np.int64), decoding.settings.nms_iou)
    points = rows[:, BEFORE_POINTS:].reshape(len(rows), count, PER_POINT)
    poses = tuple(
        found_pose(float(scores[i]), points[i, :, :2], points[i, :, 2], boxes[i], decoding)
        for i in kept
    )
    settings = decoding.settings
    return Keypoints(poses, point_names(decoding.labels, count), point_edges(settings.edges, count))
