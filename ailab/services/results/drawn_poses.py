"""Poses and points of interest drawn on a picture."""

from __future__ import annotations

from PIL import Image, ImageDraw

from ailab.services.inference.keypoints import Keypoints, Pose
from ailab.services.results.label_colors import Color, label_color
from ailab.services.results.legend_panel import LegendEntry

_DARK = (0, 0, 0)


def draw_poses(picture: Image.Image, found: Keypoints, scale: float, line: int) -> None:
    """Draw the points found, and the lines and boxes of what they belong to.

    Args:
        picture: in RGB; drawn on in place.
        found: what reaches the threshold.
        scale: pixels of `picture` per pixel of the picture that the points are of.
        line: width of the lines in pixels.
    """
    draw = ImageDraw.Draw(picture)
    # The surest last, so that it lies on top.
    for number, pose in reversed(tuple(enumerate(found.poses))):
        color = label_color(number)
        if pose.box is not None:
            _draw_box(draw, pose.box, scale, color, max(1, line // 2))
        places = {point.name: (point.x * scale, point.y * scale) for point in pose.points}
        lines = [
            (*places[start], *places[end])
            for start, end in found.edges
            if start in places and end in places
        ]
        for each, width in ((_DARK, line + 2), (color, line)):
            for ends in lines:
                draw.line(ends, fill=each, width=width)
        _draw_points(draw, pose, scale, color, line if found.names else max(1, line // 2))


def pose_entries(found: Keypoints) -> list[LegendEntry]:
    """An entry for each pose with its score and points; one for points of interest together."""
    if not found.names:
        count = sum(len(pose.points) for pose in found.poses)
        return [LegendEntry((label_color(0),), "points of interest", f"{count:,}")] if count else []
    return [
        LegendEntry(
            (label_color(number),),
            found.title(number),
            f"{pose.score * 100:.0f}%, {len(pose.points)} of {len(found.names)} points",
        )
        for number, pose in enumerate(found.poses)
    ]


def _draw_box(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    scale: float,
    color: Color,
    line: int,
) -> None:
    left, right = sorted((box[0] * scale, box[2] * scale))
    top, bottom = sorted((box[1] * scale, box[3] * scale))
    draw.rectangle((left, top, right, bottom), outline=color, width=line)


def _draw_points(
    draw: ImageDraw.ImageDraw, pose: Pose, scale: float, color: Color, radius: int
) -> None:
    for point in pose.points:
        x, y = point.x * scale, point.y * scale
        # A dark rim keeps a bright point visible on a bright picture.
        outer, inner = radius + max(1, radius // 3), radius
        draw.ellipse((x - outer, y - outer, x + outer, y + outer), fill=_DARK)
        draw.ellipse((x - inner, y - inner, x + inner, y + inner), fill=color)
