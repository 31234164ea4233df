"""What keypoint detection finds: poses of things, or points of interest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Keypoint:
    """One point.

    Attributes:
        x: pixels of the picture, continuous.
        y: pixels of the picture.
        score: 0 to 1.
        name: what it is, as an index into `Keypoints.names`; 0 where these are empty.
    """

    x: float
    y: float
    score: float
    name: int = 0


@dataclass(frozen=True, slots=True)
class Pose:
    """The points of one thing.

    Attributes:
        score: 0 to 1; of the thing, or that of its surest point where the network tells none.
        points: in the network's order.
        box: around the thing, `xyxy` in pixels of the picture; None where there is none.
        label: what the thing is; empty where the network does not say.
    """

    score: float
    points: tuple[Keypoint, ...]
    box: tuple[float, float, float, float] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Keypoints:
    """The points found.

    Attributes:
        poses: by descending score. Points of interest, which belong to nothing, are one pose.
        names: of the points, such as `left knee`; empty where they have none.
        edges: pairs of names' indices that are drawn as lines: a skeleton.
    """

    kind: ClassVar[str] = "keypoints"

    poses: tuple[Pose, ...]
    names: tuple[str, ...] = ()
    edges: tuple[tuple[int, int], ...] = ()

    def title(self, number: int) -> str:
        """What a pose is called, by its place: `face 1`; `pose 1` where nothing says what it is."""
        return f"{self.poses[number].label or 'pose'} {number + 1}"

    def above(self, threshold: float) -> Keypoints:
        """Only the poses that score at least `threshold`, and of them the points that do."""
        poses = tuple(
            Pose(
                pose.score,
                tuple(point for point in pose.points if point.score >= threshold),
                pose.box,
                pose.label,
            )
            for pose in self.poses
            if pose.score >= threshold
        )
        return Keypoints(poses, self.names, self.edges)
