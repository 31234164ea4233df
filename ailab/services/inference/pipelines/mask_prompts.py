"""What a person shows in a picture, as SAM's decoder takes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.pipelines.mask_decoder import INSIDE, OUTSIDE, Shown

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.placement import Placement
    from ailab.services.inference.prompt import Prompt
    from ailab.services.inference.tasks.decoding import Floats

_POINTS_PER_SIDE = 32
GRID_POINTS = _POINTS_PER_SIDE**2
"""How many points `grid` has in all."""


def shown_things(prompt: Prompt, placement: Placement, at_once: int) -> Iterator[Shown]:
    """The things that a prompt shows, at most as many at once, with equally many points each.

    All points together show one thing where there is no box or only one; of several boxes each
    shows a thing of its own, and a point belongs to those that it lies in, or to all where it
    lies in none.
    """
    points = np.array((*prompt.inside, *prompt.outside)).reshape(-1, 2)
    labels = np.array([INSIDE] * len(prompt.inside) + [OUTSIDE] * len(prompt.outside), np.int64)
    boxes = np.array(prompt.boxes, np.float32).reshape(-1, 4)
    scaled = _scaled(points, placement)
    scaled_boxes = _scaled(boxes.reshape(-1, 2), placement).reshape(-1, 4)
    if not len(boxes):
        yield Shown(scaled[None], labels[None])
    elif len(boxes) == 1:
        yield Shown(scaled[None], labels[None], scaled_boxes)
    elif not len(points):
        for start in range(0, len(boxes), at_once):
            some = scaled_boxes[start : start + at_once]
            empty = np.zeros((len(some), 0, 2), np.float32)
            yield Shown(empty, np.zeros((len(some), 0), np.int64), some)
    else:
        lies_in = np.all(
            (points[:, None] >= boxes[None, :, :2]) & (points[:, None] <= boxes[None, :, 2:]),
            axis=2,
        )
        lies_in |= ~lies_in.any(axis=1, keepdims=True)
        for index in range(len(boxes)):
            own = lies_in[:, index]
            yield Shown(scaled[own][None], labels[own][None], scaled_boxes[index : index + 1])


def grid(placement: Placement, at_once: int) -> Iterator[Shown]:
    """A grid of points over the whole picture, each of which shows a thing.

    As `_build_point_grid` of transformers' SAM processor: 32 by 32, each in the middle of its
    share of the picture.
    """
    offset = 1 / (2 * _POINTS_PER_SIDE)
    side = np.linspace(offset, 1 - offset, _POINTS_PER_SIDE)
    across, down = np.meshgrid(side * placement.width, side * placement.height)
    points = _scaled(np.stack([across.ravel(), down.ravel()], axis=-1), placement)
    for start in range(0, len(points), at_once):
        some = points[start : start + at_once, None]
        yield Shown(some, np.full(some.shape[:2], INSIDE, np.int64))


def _scaled(points: npt.NDArray[np.floating[Any]], placement: Placement) -> Floats:
    """Points of the picture in the network's input, whose top left the picture fills."""
    return (points * (placement.scale_x, placement.scale_y)).astype(np.float32)
