"""Keypoints as JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.label_name import label_name

_MOST_POSES = 10_000
_MOST_POINTS = 100_000
_MOST_EDGES = 10_000
_MOST_NAMES = 10_000


def keypoints_to_json(found: Keypoints) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The JSON object, and no parts; a point is `[x, y, score, name]`."""
    return {
        "names": list(found.names),
        "edges": [list(edge) for edge in found.edges],
        "poses": [
            {
                "score": pose.score,
                "label": pose.label,
                "box": None if pose.box is None else list(pose.box),
                "points": [[p.x, p.y, p.score, p.name] for p in pose.points],
            }
            for pose in found.poses
        ],
    }, {}


def keypoints_from_json(
    fields: Fields, _parts: Mapping[str, bytes] = MappingProxyType({})
) -> Keypoints:
    """The keypoints that `keypoints_to_json` was given.

    Raises:
        BadFieldError: something is missing or not what it should be; says which.
    """
    names = tuple(map(label_name, fields.texts("names")[: _MOST_NAMES + 1]))
    if len(names) > _MOST_NAMES:
        raise BadFieldError("names holds too many entries")
    edges = tuple(
        (_index(a, len(names), "edges"), _index(b, len(names), "edges"))
        for a, b in fields.rows("edges", 2, _MOST_EDGES)
    )
    poses = tuple(_pose(entry, len(names)) for entry in fields.objects("poses", _MOST_POSES))
    return Keypoints(poses, names, edges)


def _pose(fields: Fields, names: int) -> Pose:
    box = None
    if fields.has("box"):
        x0, y0, x1, y1 = fields.numbers("box", 4)
        box = (x0, y0, x1, y1)
    points = tuple(
        Keypoint(x, y, _share(score), _index(name, max(1, names), "points"))
        for x, y, score, name in fields.rows("points", 4, _MOST_POINTS)
    )
    return Pose(fields.share("score"), points, box, label_name(fields.text("label")))


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise BadFieldError("points holds a score that is not between 0 and 1")
    return value


def _index(value: float, count: int, name: str) -> int:
    if not value.is_integer() or not 0 <= value < count:
        raise BadFieldError(f"{name} names a point that there is not")
    return int(value)
