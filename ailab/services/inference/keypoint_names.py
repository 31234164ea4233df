"""Names of keypoints and the lines between them, where a network's files do not tell them.

Source: the person keypoints of COCO (https://cocodataset.org/#format-data, `keypoints` and
`skeleton`, here counted from 0), and the order of OpenCV's `FaceDetectorYN`
(https://docs.opencv.org/4.x/df/d20/classcv_1_1FaceDetectorYN.html). Left and right are the
person's own.
"""

from __future__ import annotations

PERSON_POINTS = (
    *("nose", "left eye", "right eye", "left ear", "right ear", "left shoulder"),
    *("right shoulder", "left elbow", "right elbow", "left wrist", "right wrist", "left hip"),
    *("right hip", "left knee", "right knee", "left ankle", "right ankle"),
)
PERSON_EDGES = (
    *((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7)),
    *((6, 8), (7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6)),
)
FACE_POINTS = (
    "right eye",
    "left eye",
    "nose tip",
    "right mouth corner",
    "left mouth corner",
)

Edges = tuple[tuple[int, int], ...]


def point_names(given: tuple[str, ...], count: int) -> tuple[str, ...]:
    """A name for each of `count` points: those given where they are as many, else usual ones."""
    if len(given) == count:
        return given
    if count == len(PERSON_POINTS):
        return PERSON_POINTS
    return tuple(f"point {number}" for number in range(1, count + 1))


def point_edges(given: Edges, count: int) -> Edges:
    """The lines between `count` points: those given that fit, else COCO's for its 17."""
    fitting = tuple(pair for pair in given if max(pair) < count)
    return fitting or (PERSON_EDGES if count == len(PERSON_POINTS) else ())
