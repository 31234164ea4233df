"""`keypoint-detection` of faces in YuNet's way: boxes and five points on three grids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.keypoint_names import FACE_POINTS
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.tasks.decoding import Decoding, unexpected
from ailab.services.inference.tasks.detected_boxes import best_apart
from ailab.services.inference.tasks.found_poses import found_pose

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats, Outputs

_SCORES = re.compile(r"cls_(\d{1,4})")
_EXPECTED = "cls, obj, bbox and kps of each stride, a row per cell of its grid"
_LARGEST_EXPONENT = 20


def decode_yunet(outputs: Outputs, decoding: Decoding) -> Keypoints:
    """Faces, each with its box and five points.

    A face scores the square root of its class score times its objectness; its points score as
    much, since the network tells nothing of them. Source: `FaceDetectorYNImpl::postProcess` of
    OpenCV (https://github.com/opencv/opencv, `modules/objdetect/src/face_detect.cpp`).

    Args:
        outputs: for each stride `cls_<stride>` and `obj_<stride>` of shape (1, cells, 1),
            `bbox_<stride>` (1, cells, 4): offset of the centre in cells, logarithm of the size in
            cells, and `kps_<stride>` (1, cells, 10): offsets of x and y in cells.
        decoding: names of the points, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    strides = sorted(int(m[1]) for name in outputs if (m := _SCORES.fullmatch(name)))
    found = [_grid(outputs, stride, decoding) for stride in strides if stride]
    if not found:
        raise unexpected(outputs, _EXPECTED)
    scores, boxes, points = (np.concatenate(each) for each in zip(*found, strict=True))
    kept = best_apart(boxes, scores, np.zeros(len(scores), np.int64), decoding.settings.nms_iou)
    names = decoding.labels if len(decoding.labels) == len(FACE_POINTS) else FACE_POINTS
    sure = np.repeat(scores[:, None], len(names), axis=1)
    poses = tuple(
        found_pose(float(scores[i]), points[i], sure[i], boxes[i], decoding, label="face")
        for i in kept
    )
    return Keypoints(poses, names)


def _grid(outputs: Outputs, stride: int, decoding: Decoding) -> tuple[Floats, Floats, Floats]:
    """Scores (n,), boxes (n, 4) and points (n, 5, 2) of one stride, in pixels of the input."""
    height = decoding.placement.input_height // stride
    width = decoding.placement.input_width // stride
    count = height * width
    score, object_score, box, points = (
        _rows(outputs, f"{name}_{stride}", count, length)
        for name, length in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
    )
    y, x = np.mgrid[:height, :width]
    cells = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    scores: Floats = np.sqrt(np.clip(score[:, 0], 0, 1) * np.clip(object_score[:, 0], 0, 1))
    centres = (cells + box[:, :2]) * stride
    half = np.exp(np.minimum(box[:, 2:], _LARGEST_EXPONENT)) * stride / 2
    placed: Floats = (points.reshape(-1, 5, 2) + cells[:, None]) * stride
    return scores, np.concatenate([centres - half, centres + half], axis=1), placed


def _rows(outputs: Outputs, name: str, count: int, length: int) -> Floats:
    values = outputs.get(name)
    if values is None or values.shape != (1, count, length):
        raise unexpected(outputs, _EXPECTED)
    rows: npt.NDArray[np.float32] = values[0].astype(np.float32, copy=False)
    return rows
