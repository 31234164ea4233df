"""Queries that compete for a picture's pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.kept_queries import KeptQueries, query_sampling
from ailab.services.inference.tasks.regions import no_regions, segmentation

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Decoding, Floats

MASK_THRESHOLD = 0.5
"""What a mask claims a pixel from."""

_MIN_SHARE = 0.5
"""Who wins no more of the own mask is dropped: what transformers' pipeline asks for by itself.

Its processors' own methods ask for 0.8. What was dropped comes back by no threshold."""


class QueryContest:
    """What is settled of the pixels, strip by strip.

    Args:
        queries: those that compete.
        decoding: names the classes, and tells where the picture lies.

    Attributes:
        sampling: the pixels that they compete for.
    """

    def __init__(self, queries: KeptQueries, decoding: Decoding) -> None:
        count = len(queries.scores)
        self.sampling = query_sampling(decoding.placement, count)
        self._queries = queries
        self._decoding = decoding
        self._regions = no_regions((self.sampling.height, self.sampling.width), count)
        self._confidence = np.zeros(self._regions.shape, np.uint8)
        self._won, self._own = np.zeros(count, np.int64), np.zeros(count, np.int64)

    def settle(
        self,
        rows: slice,
        best: npt.NDArray[np.intp],
        sure: Floats,
        *,
        own: npt.NDArray[np.intp],
        is_seen: npt.NDArray[np.bool_],
        is_claimed: npt.NDArray[np.bool_],
    ) -> None:
        """Give pixels to their winners.

        Args:
            rows: where they are.
            best: the query that wins each, shape (rows, width).
            sure: how sure its mask is there, 0 to 1.
            own: how many of the pixels each query's own mask claims, shape (queries,).
            is_seen: where a pixel counts as won.
            is_claimed: where the winner gets it indeed.
        """
        self._won += np.bincount(best[is_seen], minlength=len(self._won))
        self._own += own
        self._regions[rows] = (best + 1) * is_claimed
        self._confidence[rows] = np.rint(sure * 255) * is_claimed

    def segmentation(self) -> Segmentation:
        """The regions of those that won most of their own masks."""
        won, own = self._won, self._own
        stays = (won > 0) & (own > 0) & (won > _MIN_SHARE * own)
        kept = np.where(stays, np.arange(1, len(won) + 1), 0)
        table = np.concatenate([[0], kept]).astype(self._regions.dtype)
        for row, regions in enumerate(self._regions):
            regions[...] = table[regions]  # NumPy needs room for all that it looks up at once
            self._confidence[row] *= regions > 0
        scores = [float(score) for score in self._queries.scores]
        return segmentation(
            self._regions, self._confidence, self._queries.classes, self._decoding, scores
        )
