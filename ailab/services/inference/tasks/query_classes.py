"""Semantic segmentation by masks: how much all queries together claim each pixel for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.decoding import fine_sigmoid, softmax
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.kept_queries import class_outputs

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Floats, Outputs

_VALUES_AT_ONCE = 2_000_000


class QueryClasses:
    """Class maps of which some rows at a time are reckoned: all of them take hundreds of megabytes.

    As transformers' processors reckon them in `post_process_semantic_segmentation`: each query's
    mask, as probabilities, times its probability of each class, added up.

    Args:
        outputs: `class_queries_logits` and `masks_queries_logits`, or `logits` and `pred_masks`,
            of shapes (1, queries, classes + 1) and (1, queries, h, w).
        size: height and width that the masks' logits are enlarged to first; None for not at all.
        shown: how many rows and columns of these there are, from the first; all where left out.

    Attributes:
        shape: classes, height and width.

    Raises:
        ModelFileError: other outputs.
    """

    def __init__(
        self,
        outputs: Outputs,
        size: tuple[int, int] | None = None,
        *,
        shown: tuple[int, int] | None = None,
    ) -> None:
        logits, masks = class_outputs(outputs)
        height, width = size or masks.shape[1:]
        lying = np.ascontiguousarray(np.moveaxis(masks, 0, -1))
        self._masks = EnlargedMaps(lying, (height, width), fine_sigmoid, shown=shown)
        self._of_queries = softmax(logits)[:, :-1].T
        self.shape = (len(self._of_queries), *self._masks.shape[:2])

    def __getitem__(self, key: tuple[slice, slice]) -> Floats:
        """Classes and rows, shape (classes, rows, width)."""
        classes, rows = key
        of_queries = self._of_queries[classes]
        first, stop, _ = rows.indices(self.shape[1])
        width = self.shape[2]
        claimed: Floats = np.empty((len(of_queries), max(0, stop - first), width), np.float32)
        at_once = max(1, _VALUES_AT_ONCE // (of_queries.shape[1] * width))
        for top in range(first, stop, at_once):
            some = slice(top, min(top + at_once, stop))
            shown = self._masks[some]
            part = of_queries @ shown.reshape(-1, shown.shape[2]).T
            claimed[:, some.start - first : some.stop - first] = part.reshape(
                len(of_queries), -1, width
            )
        return claimed
