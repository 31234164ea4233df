"""Points that a network found in its input, as a pose in the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ailab.services.inference.keypoints import Keypoint, Pose

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Decoding


def found_pose(
    score: float,
    points: npt.NDArray[Any],
    scores: npt.NDArray[Any],
    box: npt.NDArray[Any],
    decoding: Decoding,
    *,
    label: str = "",
) -> Pose:
    """A pose.

    Args:
        score: of the thing, 0 to 1.
        points: shape (k, 2): x, y in pixels of the network's input.
        scores: shape (k,), 0 to 1; what lies a little beyond is brought back.
        box: shape (4,): x0, y0, x1, y1 in pixels of the input.
        decoding: what maps them to the picture.
        label: what the thing is; empty where nothing says so.
    """
    place = decoding.placement.to_picture
    x0, y0, x1, y1 = map(float, box)
    found = zip(points, scores, strict=True)
    return Pose(
        share(score),
        tuple(
            Keypoint(*place(float(x), float(y)), share(float(sure)), name)
            for name, ((x, y), sure) in enumerate(found)
        ),
        (*place(x0, y0), *place(x1, y1)),
        label,
    )


def share(score: float) -> float:
    """A score within 0 to 1."""
    return min(1.0, max(0.0, score))
