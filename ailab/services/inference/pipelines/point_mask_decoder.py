"""The part of SAM that makes masks, as SAM's own authors export it: of points alone, one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.pipelines.mask_decoder import (
    DECODER,
    Shown,
    with_corners,
    with_end,
)
from ailab.services.inference.prompted_pair import (
    EARLIER_MASK,
    HAS_EARLIER_MASK,
    MASKS,
    PICTURE_SIZE,
    POINT_LABELS,
    POINTS,
    SCORES,
    SMALL_MASKS,
)
from ailab.services.listed import few

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.network import Tensors
    from ailab.services.inference.tasks.decoding import Floats

_WITH_WHOLE = 4
"""Masks of SAM's own decoder: the first is for many points, and SAM leaves it out of several."""


class PointMaskDecoder:
    """Runs a decoder that takes `point_coords` and `point_labels`.

    A box is two points with labels of their own. SAM's own export leaves it to the caller to end
    points without a box by one that shows nothing, SAM 2's does it by itself. An earlier mask is
    never given. SAM's answers with small masks beside those of a size that is asked for: the small
    ones are read, and that size is the smallest.

    Args:
        network: has the parts `vision` and `decoder`.
    """

    things_at_once = 1

    def __init__(self, network: Network) -> None:
        self._network = network
        self._specs = {spec.name: spec for spec in network.inputs(DECODER)}
        self._ends_points = PICTURE_SIZE in self._specs

    def masks(self, seen: Tensors, shown: Shown) -> tuple[Floats, Floats]:
        """See `MaskDecoder.masks`; of one thing.

        Raises:
            ModelFileError: it answered something else.
            Terminated: it was stopped.
        """
        points, labels = shown.points, shown.labels
        if shown.boxes is not None:
            points, labels = with_corners(shown.boxes, points, labels)
        elif self._ends_points:
            points, labels = with_end(points, labels)
        answer = self._network.run(self._feeds(seen, points, labels), DECODER)
        check_finite(answer)
        scores, masks = answer.get(SCORES), answer.get(SMALL_MASKS, answer.get(MASKS))
        if (
            scores is None
            or masks is None
            or masks.ndim != 4
            or scores.shape != masks.shape[:2]
            or len(masks) != 1
            or not masks.size
        ):
            found = few(f"{n} {'×'.join(map(str, v.shape))}" for n, v in answer.items())
            raise ModelFileError(
                "The part of the model that makes masks answers otherwise than SAM's: expected "
                f"{SCORES} and as many masks, found {found}.",
                "Choose another model, or another variant of this one.",
            )
        first = 1 if masks.shape[1] == _WITH_WHOLE else 0
        return (
            scores[:, first:].astype(np.float32, copy=False),
            masks[:, first:].astype(np.float32, copy=False),
        )

    def _feeds(
        self, seen: Tensors, points: Floats, labels: npt.NDArray[Any]
    ) -> dict[str, npt.NDArray[Any]]:
        asked: dict[str, npt.NDArray[Any]] = {POINTS: points, POINT_LABELS: labels}
        small = self._specs[EARLIER_MASK].shape[-2:]
        height, width = (each if isinstance(each, int) else 1 for each in small)
        asked[EARLIER_MASK] = np.zeros((1, 1, height, width))
        asked[HAS_EARLIER_MASK] = np.zeros(1)
        asked[PICTURE_SIZE] = np.array([height, width])
        # Of one tensor whatever it is called is what was seen.
        others = [name for name in self._specs if name not in asked]
        if len(others) == len(seen) == 1:
            seen = {others[0]: next(iter(seen.values()))}
        given = {**asked, **seen}
        return {name: given[name].astype(spec.dtype) for name, spec in self._specs.items()}
