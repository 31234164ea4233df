"""The part of SAM that makes masks of a prompt, whatever its file asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import Network, check_finite

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.tasks.decoding import Floats

DECODER = "decoder"
POINTS, LABELS, BOXES = "input_points", "input_labels", "input_boxes"
OUTSIDE, INSIDE, UPPER_LEFT, LOWER_RIGHT = 0, 1, 2, 3
_SCORES, _MASKS = "iou_scores", "pred_masks"
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
        if not {POINTS, LABELS} <= self._specs.keys():
            raise ModelFileError(
                "The part of the model that makes masks takes no points (its inputs: "
                f"{', '.join(self._specs)}).",
                _ANOTHER,
            )

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
        feeds = {name: values for name, values in seen.items() if name in self._specs}
        if BOXES in self._specs:
            if shown.boxes is not None or not self._specs[BOXES].is_optional:
                boxes = shown.boxes if shown.boxes is not None else np.zeros((0, 4))
                feeds[BOXES] = self._of_type(BOXES, boxes[None])
        elif shown.boxes is not None:
            self._check_corners(seen)
            points, labels = _with_corners(shown.boxes, points, labels)
        feeds[POINTS] = self._of_type(POINTS, points[None])
        feeds[LABELS] = self._of_type(LABELS, labels[None])
        return self._run(feeds)

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
            found = ", ".join(f"{n} {'×'.join(map(str, v.shape))}" for n, v in answer.items())
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
            points = np.array([[[8.0, 8.0], [24.0, 24.0]]], np.float32)
            feeds = {name: values for name, values in seen.items() if name in self._specs}
            feeds[POINTS] = self._of_type(POINTS, points[None])
            answers = []
            for pair in ((UPPER_LEFT, LOWER_RIGHT), (LOWER_RIGHT, UPPER_LEFT)):
                feeds[LABELS] = self._of_type(LABELS, np.array([[pair]]))
                answers.append(self._run(feeds)[1])
            self._has_corners = not np.array_equal(answers[0], answers[1])
        return self._has_corners


def _with_corners(
    boxes: Floats, points: Floats, labels: npt.NDArray[np.int64]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    corners = boxes.reshape(-1, 2, 2)
    kinds = np.broadcast_to(np.array([UPPER_LEFT, LOWER_RIGHT]), (len(boxes), 2))
    return np.concatenate([points, corners], axis=1), np.concatenate([labels, kinds], axis=1)
