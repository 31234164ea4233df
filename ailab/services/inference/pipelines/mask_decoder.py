"""The part of SAM that makes masks of a prompt, whatever its file asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import Network, check_finite
from ailab.services.listed import few

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.tasks.decoding import Floats

DECODER = "decoder"
POINTS, LABELS, BOXES = "input_points", "input_labels", "input_boxes"
NOTHING, OUTSIDE, INSIDE, UPPER_LEFT, LOWER_RIGHT = -1, 0, 1, 2, 3
"""What a point is labelled with; after the last one of a thing comes one that shows nothing."""
_SCORES, _MASKS = "iou_scores", "pred_masks"
# How many things masks are made of in one run; each takes 40 MB with SAM.
_THINGS_AT_ONCE = 16
_CLOSER = 0.1
_CORNERS = ((8.0, 8.0), (24.0, 24.0))
_ANOTHER = "Choose another model, or another variant of this one."


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows several things in the network's input, each with as many points.

    Attributes:
        points: shape (things, n, 2), x and y in pixels of the input.
        labels: shape (things, n): 1 for points inside the thing, 0 for those outside.
        boxes: shape (things, 4), `xyxy`; None for none.
    """

    points: Floats
    labels: npt.NDArray[np.int64]
    boxes: Floats | None = None


class MaskDecoder:
    """Runs the decoder of a network that has one.

    Args:
        network: has the parts `vision` and `decoder`.

    Raises:
        ModelFileError: the decoder has no inputs for points.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._specs = {spec.name: spec for spec in network.inputs(DECODER)}
        self._has_corners: bool | None = None
        self._lacks_end: bool | None = None
        if not {POINTS, LABELS} <= self._specs.keys():
            raise ModelFileError(
                "The part of the model that makes masks takes no points (its inputs: "
                f"{', '.join(self._specs)}).",
                _ANOTHER,
            )

    @property
    def things_at_once(self) -> int:
        """How many things it makes masks of in one run."""
        shape = self._specs[POINTS].shape
        return 1 if len(shape) == 4 and shape[1] == 1 else _THINGS_AT_ONCE

    def masks(self, seen: Tensors, shown: Shown) -> tuple[Floats, Floats]:
        """The masks of several things.

        Args:
            seen: what the network saw of the picture.
            shown: what is meant in it.

        Returns:
            Scores of shape (things, masks) and logits of shape (things, masks, h, w).

        Raises:
            ModelFileError: it answered something else, or takes no boxes.
            Terminated: it was stopped.
        """
        points, labels = shown.points, shown.labels
        if BOXES not in self._specs and shown.boxes is not None:
            self._check_corners(seen)
            points, labels = with_corners(shown.boxes, points, labels)
        elif shown.boxes is None and self._ends_without(seen):
            points, labels = with_end(points, labels)
        return self._run(self._feeds(seen, points, labels, shown.boxes))

    def _feeds(
        self, seen: Tensors, points: Floats, labels: npt.NDArray[Any], boxes: Floats | None
    ) -> dict[str, npt.NDArray[Any]]:
        # The parts may be of two variants, of which one speaks in half precision.
        feeds = {
            name: self._of_type(name, values)
            for name, values in seen.items()
            if name in self._specs
        }
        feeds[POINTS] = self._of_type(POINTS, points[None])
        feeds[LABELS] = self._of_type(LABELS, labels[None])
        takes_boxes = BOXES in self._specs
        if takes_boxes and (boxes is not None or not self._specs[BOXES].is_optional):
            shown = boxes if boxes is not None else np.zeros((0, 4))
            feeds[BOXES] = self._of_type(BOXES, shown[None])
        return feeds

    def _run(self, feeds: Tensors) -> tuple[Floats, Floats]:
        missing = [
            spec.name
            for spec in self._specs.values()
            if spec.name not in feeds and not spec.is_optional
        ]
        if missing:
            raise ModelFileError(
                f"The part of the model that makes masks needs more than ailab gives it: "
                f"{', '.join(missing)}.",
                _ANOTHER,
            )
        answer = self._network.run(feeds, DECODER)
        check_finite(answer)
        scores, masks = answer.get(_SCORES), answer.get(_MASKS)
        things = feeds[POINTS].shape[1]
        if (
            scores is None
            or masks is None
            or masks.ndim != 5
            or scores.shape != masks.shape[:3]
            or scores.shape[:2] != (1, things)
            or not masks.size
        ):
            found = few(f"{n} {'×'.join(map(str, v.shape))}" for n, v in answer.items())
            raise ModelFileError(
                "The model's outputs are not what its description promises: expected "
                f"{_SCORES} and {_MASKS}, found {found}.",
                _ANOTHER,
            )
        return scores[0].astype(np.float32, copy=False), masks[0].astype(np.float32, copy=False)

    def _of_type(self, name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        try:
            return values.astype(self._specs[name].dtype, copy=False)
        except TypeError as error:
            raise ModelFileError(
                f"The model takes {name} as {self._specs[name].dtype}, which ailab cannot give.",
                _ANOTHER,
            ) from error

    def _check_corners(self, seen: Tensors) -> None:
        """Refuse boxes where the network does not tell their corners from other points.

        Some files have no input for boxes; to SAM itself, a box is two points with labels of
        their own. Most of these files leave that out as well, and would answer with rubbish.
        """
        if not self._knows_corners(seen):
            raise ModelFileError(
                "This copy of the model takes points, but no boxes: whoever exported it left "
                "them out.",
                "Show what you mean by points, or choose a copy with safetensors weights.",
            )

    def _knows_corners(self, seen: Tensors) -> bool:
        if self._has_corners is None:
            right = self._of_corners(seen, (UPPER_LEFT, LOWER_RIGHT))
            wrong = self._of_corners(seen, (LOWER_RIGHT, UPPER_LEFT))
            self._has_corners = not np.array_equal(right, wrong)
        return self._has_corners

    def _ends_without(self, seen: Tensors) -> bool:
        """True where the network leaves out the point that shows nothing, which ends all others.

        Files that always take boxes were made of a network that was given some, and a box brings
        that last point along. Without boxes it then lacks. It shows where a box and its corners
        as points, with that last one, are answered alike.
        """
        if BOXES not in self._specs or self._specs[BOXES].is_optional:
            return False
        if self._lacks_end is None:
            nothing, none = np.zeros((1, 0, 2), np.float32), np.zeros((1, 0), np.int64)
            box = np.array(_CORNERS, np.float32).reshape(1, 4)
            _, expected = self._run(self._feeds(seen, nothing, none, box))
            ended = self._of_corners(seen, (UPPER_LEFT, LOWER_RIGHT, NOTHING)) - expected
            bare = self._of_corners(seen, (UPPER_LEFT, LOWER_RIGHT)) - expected
            self._lacks_end = bool(np.abs(ended).max() < _CLOSER * np.abs(bare).max())
        return self._lacks_end

    def _of_corners(self, seen: Tensors, kinds: tuple[int, ...]) -> Floats:
        """The logits for the corners of a box as points, with these labels."""
        points = np.array([(*_CORNERS, (0.0, 0.0))[: len(kinds)]], np.float32)
        return self._run(self._feeds(seen, points, np.array([kinds]), None))[1]


def with_corners(
    boxes: Floats, points: Floats, labels: npt.NDArray[np.int64]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Points and labels with the corners of each thing's box behind them."""
    corners = boxes.reshape(-1, 2, 2)
    kinds = np.broadcast_to(np.array([UPPER_LEFT, LOWER_RIGHT]), (len(boxes), 2))
    return np.concatenate([points, corners], axis=1), np.concatenate([labels, kinds], axis=1)


def with_end(points: Floats, labels: npt.NDArray[np.int64]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Points and labels with one behind them that shows nothing."""
    end = np.zeros((len(points), 1, 2), np.float32)
    kinds = np.full((len(points), 1), NOTHING, np.int64)
    return np.concatenate([points, end], axis=1), np.concatenate([labels, kinds], axis=1)
