"""What is under the mouse in a picture, in a few words."""

from __future__ import annotations

from ailab.services.inference.depth_levels import NEAREST
from ailab.services.inference.depth_words import depth_number
from ailab.services.inference.keypoints import Keypoint
from ailab.services.inference.predictions import DepthMap, DepthScale, Segment
from ailab.services.results.boxed_things import BoxedThing
from ailab.viewmodels.picture_scale import PictureScale


def thing_words(item: BoxedThing, scale: PictureScale) -> str:
    """What a box or a place is called, how sure, and how large it is."""
    left, top, right, bottom = item.box
    sure = "" if item.score is None else f" {item.score:.0%}"
    words = f"{item.label}{sure} · {right - left:.0f} × {bottom - top:.0f} pixels"
    return " · ".join(filter(None, (words, scale.of_box(item.box))))


def region_words(segment: Segment, sure: float, scale: PictureScale) -> str:
    """What a pixel belongs to, and how sure that is there and of the whole region."""
    words = f"{segment.label} · {sure:.0%} sure here · {segment.score:.0%} overall"
    return " · ".join(filter(None, (words, scale.of_share(segment.area))))


def point_words(point: Keypoint, names: tuple[str, ...], title: str) -> str:
    """What a keypoint is called and whose it is, how sure, and where it is."""
    place = f"{point.score:.0%} · at {point.x:.0f}, {point.y:.0f}"
    return f"{names[point.name]} of {title} · {place}" if names else place


def depth_words(whole: DepthMap, depth: float, level: int) -> str:
    """How far away something is."""
    number = depth_number(depth, whole.scale)
    if whole.scale is DepthScale.METRES:
        return f"{number} away"
    return f"{number} · {level / NEAREST:.0%} of the way from far to near"
