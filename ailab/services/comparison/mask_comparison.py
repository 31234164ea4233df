"""Masks of two predictions that lie in the same place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.comparison.agreement import ThingAgreement
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.thing_matching import LEAST_IOU, Match, matched_things
from ailab.services.inference.masks import Mask, Masks
from ailab.services.results.counted_labels import UNNAMED

if TYPE_CHECKING:
    import numpy.typing as npt


def compare_masks(a: Masks, b: Masks) -> ThingAgreement:
    """Match masks of the same label by the IoU of their pixels.

    Two masks are in memory at a time.

    Raises:
        NotComparedError: their maps are of different sizes.
        PixelMapError: a mask is damaged.
    """
    if (a.width, a.height) != (b.width, b.height):
        raise NotComparedError("The masks of A and B are of different sizes.", "")
    labels_a, labels_b = (
        [each.label or UNNAMED[Masks.kind] for each in one.items] for one in (a, b)
    )
    return matched_things(labels_a, labels_b, mask_overlaps(a, b))


def mask_overlaps(a: Masks, b: Masks) -> Callable[[Sequence[int], Sequence[int]], Iterator[Match]]:
    """The overlaps of masks of the same size, for `matched_things`."""

    def overlaps(mine: Sequence[int], its: Sequence[int]) -> Iterator[Match]:
        for place in mine:
            mask = a.items[place]
            near = [other for other in its if _may_match(mask, b.items[other])]
            inside = _pixels(mask) if near else None
            for other in near:
                iou = _iou(mask, inside, b.items[other]) if inside is not None else 0.0
                if iou >= LEAST_IOU:
                    yield place, other, iou

    return overlaps


def _may_match(a: Mask, b: Mask) -> bool:
    """False where their areas, or the overlap of their boxes, leave no such IoU."""
    smaller, larger = sorted((a.area, b.area))
    left, top, right, bottom = _shared(a, b)
    if right <= left or bottom <= top or larger <= 0:
        return False
    return smaller / larger >= LEAST_IOU * 0.999  # shares that were rounded


def _shared(a: Mask, b: Mask) -> tuple[int, int, int, int]:
    one, two = a.box, b.box
    return max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3])


def _pixels(mask: Mask) -> npt.NDArray[np.bool_]:
    raw = np.frombuffer(mask.inside.unpack(), np.uint8).astype(np.bool_)
    return raw.reshape(mask.inside.height, mask.inside.width)


def _iou(a: Mask, inside: npt.NDArray[np.bool_], b: Mask) -> float:
    other = _pixels(b)
    left, top, right, bottom = _shared(a, b)
    mine = inside[top - a.top : bottom - a.top, left - a.left : right - a.left]
    its = other[top - b.top : bottom - b.top, left - b.left : right - b.left]
    both = int(np.count_nonzero(mine & its))
    union = int(np.count_nonzero(inside)) + int(np.count_nonzero(other)) - both
    return both / union if union else 0.0
