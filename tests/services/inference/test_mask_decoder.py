"""What the decoder of masks is asked with, whatever its file takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.device_in_use import ON_CPU
from ailab.services.inference.network import TensorSpec
from ailab.services.inference.pipelines.mask_decoder import MaskDecoder, Shown

if TYPE_CHECKING:
    from ailab.services.inference.network import Tensors

_NAMES = ("input_points", "input_labels", "input_boxes")


class Tokens:
    """A decoder that tells apart what it is shown by nothing but how often each label comes.

    Args:
        ends_points: True where it adds the point that shows nothing to points without a box.
        things: how many it takes at once; None for any number.
    """

    def __init__(self, *, ends_points: bool, things: int | None = None) -> None:
        self.device = ON_CPU
        self._ends_points = ends_points
        self._things = things
        self.labels: list[list[int]] = []

    def inputs(self, part: str = "decoder") -> Sequence[TensorSpec]:
        ranks = ((1, self._things, None, 2), (1, self._things, None), (1, None, 4))
        kinds = ("float32", "int64", "float32")
        return [TensorSpec(n, k, r) for n, k, r in zip(_NAMES, kinds, ranks, strict=True)]

    def has(self, part: str) -> bool:
        return part == "decoder"

    def run(self, feeds: Tensors, part: str = "decoder") -> dict[str, npt.NDArray[Any]]:
        labels, boxes = feeds["input_labels"], feeds["input_boxes"]
        self.labels.append(labels[0, 0].tolist())
        things = labels.shape[1]
        weights = (labels.astype(np.float32) + 3.0) ** 2
        said = weights.sum(axis=2).reshape(1, things, 1, 1, 1)
        if boxes.shape[1]:
            said += (2 + 3) ** 2 + (3 + 3) ** 2 + (-1 + 3) ** 2
        elif self._ends_points:
            said += (-1 + 3) ** 2
        masks = np.broadcast_to(said, (1, things, 3, 2, 2))
        return {"iou_scores": np.ones((1, things, 3), np.float32), "pred_masks": masks}

    def terminate(self) -> None:
        raise NotImplementedError


def a_point() -> Shown:
    return Shown(np.ones((1, 1, 2), np.float32), np.ones((1, 1), np.int64))


@pytest.mark.parametrize(("ends_points", "sent"), [(False, [1, -1]), (True, [1])])
def test_that_points_end_with_one_that_shows_nothing_where_the_file_leaves_it_out(
    *, ends_points: bool, sent: list[int]
) -> None:
    network = Tokens(ends_points=ends_points)
    MaskDecoder(network).masks({}, a_point())
    assert network.labels[-1] == sent


def test_that_a_box_ends_by_itself() -> None:
    network = Tokens(ends_points=False)
    box = np.ones((1, 4), np.float32)
    MaskDecoder(network).masks({}, replace(a_point(), boxes=box))
    assert network.labels == [[1]]


def test_that_a_file_is_tried_once() -> None:
    network = Tokens(ends_points=False)
    decoder = MaskDecoder(network)
    decoder.masks({}, a_point())
    tries = len(network.labels)
    decoder.masks({}, a_point())
    assert len(network.labels) == tries + 1


@pytest.mark.parametrize(("things", "at_once"), [(None, 16), (1, 1)])
def test_that_a_file_for_one_thing_gets_one_at_a_time(things: int | None, at_once: int) -> None:
    assert MaskDecoder(Tokens(ends_points=True, things=things)).things_at_once == at_once
