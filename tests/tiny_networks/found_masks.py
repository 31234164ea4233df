"""Masks found by ailab beside those of a reference, and what is asked for both."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ailab.services.inference.masks import Masks
from ailab.services.inference.prompt import Prompt

SIZES = ((97, 61), (61, 97), (40, 40), (200, 90))
PROMPTS = {
    "point": Prompt(inside=((30.0, 20.5),)),
    "points": Prompt(inside=((30.0, 20.5), (12.25, 31.0)), outside=((38.0, 5.0),)),
    "box": Prompt(boxes=((5.0, 6.0, 33.0, 30.5),)),
    "box and points": Prompt(
        inside=((20.0, 20.0),), outside=((8.0, 28.0),), boxes=((5.0, 6.0, 33.0, 30.5),)
    ),
    "boxes": Prompt(boxes=((5.0, 6.0, 33.0, 30.5), (1.0, 2.0, 15.0, 17.0), (9.0, 3.0, 39.0, 39.0))),
}
Found = list[tuple[float, npt.NDArray[np.bool_]]]
"""Scores and masks, the latter at the picture's size."""


def apart(kept: list[tuple[float, Any, Any]]) -> list[tuple[float, Any, Any]]:
    """Scores, masks and boxes, without those that a better one all but covers."""
    found: list[tuple[float, Any, Any]] = []
    for one in sorted(kept, key=lambda each: -each[0]):
        if all(overlap(one[2], other[2]) <= 0.7 for other in found):
            found.append(one)
    return found


def overlap(one: Any, other: Any) -> float:
    upper, lower = torch.maximum(one[:2], other[:2]), torch.minimum(one[2:], other[2:])
    shared = float((lower - upper).clamp(min=0).prod())
    both = float((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod())
    return shared / (both - shared) if both > shared else 0.0


def whole(masks: Masks, index: int) -> npt.NDArray[np.bool_]:
    mask = masks.items[index]
    full = np.zeros((masks.height, masks.width), np.bool_)
    inside = np.frombuffer(mask.inside.unpack(), np.uint8)
    x0, y0, x1, y1 = mask.box
    full[y0:y1, x0:x1] = inside.reshape(y1 - y0, x1 - x0) > 0
    return full


def check(prediction: object, expected: Found) -> None:
    """The same masks, but for what rounding does at their borders, and the same scores."""
    assert isinstance(prediction, Masks)
    expected = [(score, mask) for score, mask in expected if mask.any()]
    scores = [mask.score for mask in prediction.items]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len(expected)
    left = set(range(len(expected)))
    for number, mine in enumerate(prediction.items):
        # Of two with all but the same score either may come first.
        alike = [i for i in left if abs(mine.score - min(max(expected[i][0], 0), 1)) <= 1e-3]
        full = whole(prediction, number)
        same = max(alike, key=lambda i: iou(full, expected[i][1]))
        # Of a mask of some hundred pixels a single one at its border is more than a thousandth.
        is_one_pixel = (full != expected[same][1]).sum() <= 1
        assert is_one_pixel or iou(full, expected[same][1]) >= 0.999
        assert abs(mine.area - expected[same][1].mean()) <= 1e-3
        left.remove(same)


def iou(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())
