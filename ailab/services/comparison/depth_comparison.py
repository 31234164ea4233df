"""Depths in two predictions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.comparison.agreement import DepthAgreement
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.inference.predictions import DepthMap, DepthScale
from ailab.services.results.depth_picture import depth_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Doubles = npt.NDArray[np.float64]


def compare_depths(a: DepthMap, b: DepthMap) -> DepthAgreement:
    """Compare depths pixel by pixel, strip by strip.

    The map of fewer pixels is interpolated to the size of the other. Relative depths are known but
    for a factor and a shift, which a correlation does not mind; where they tell nearness, they are
    compared with the reciprocals of metres.

    Raises:
        NotComparedError: one of them tells nearness and the other a distance without a unit, of
            which no reciprocal is known.
        PixelMapError: a map is damaged.
    """
    scales = {a.scale, b.scale}
    if scales == {DepthScale.INVERSE, DepthScale.DISTANCE}:
        raise NotComparedError(
            "The depths of A and B have no common scale: one tells nearness, the other distance.",
            "Compare models whose depths have the same scale.",
        )
    inverts = DepthScale.INVERSE in scales
    has_metres = scales == {DepthScale.METRES}
    size = max((a.width, a.height), (b.width, b.height), key=lambda each: each[0] * each[1])
    sums = _Sums()
    strips = (_strips(a, size), _strips(b, size))
    for mine, its in _aligned(*strips):
        if has_metres:
            sums.add_metres(mine, its)
        is_known = np.ones(mine.shape, np.bool_)
        pair = []
        for values, prediction in ((mine, a), (its, b)):
            if inverts and prediction.scale is DepthScale.METRES:
                is_known &= values > 0
                pair.append(np.divide(1, values, out=np.zeros_like(values), where=values > 0))
            else:
                pair.append(values)
        sums.add(pair[0][is_known], pair[1][is_known])
    if not has_metres:
        return DepthAgreement(sums.correlation)
    return DepthAgreement(sums.correlation, sums.difference, sums.relative)


def _strips(prediction: DepthMap, size: tuple[int, int]) -> Iterator[Doubles]:
    for _, values in depth_rows(prediction, size):
        yield values.astype(np.float64)


def _aligned(a: Iterator[Doubles], b: Iterator[Doubles]) -> Iterator[tuple[Doubles, Doubles]]:
    """The same rows of both at a time, however these are cut."""
    mine, its = next(a, None), next(b, None)
    while mine is not None and its is not None:
        rows = min(len(mine), len(its))
        yield mine[:rows], its[:rows]
        mine = mine[rows:] if len(mine) > rows else next(a, None)
        its = its[rows:] if len(its) > rows else next(b, None)


class _Sums:
    """What means and a correlation are reckoned from, as numbers come."""

    def __init__(self) -> None:
        self._count = 0
        self._means = np.zeros(2)
        self._products = np.zeros((2, 2))
        self._pixels = 0
        self._difference = self._relative = 0.0

    def add(self, mine: Doubles, its: Doubles) -> None:
        """Take some pairs.

        Sums of products around the mean are joined as T. F. Chan, G. H. Golub and R. J. LeVeque
        do it (1983): squares of large depths would lose the digits in which they differ.
        """
        if not mine.size:
            return
        values = np.stack((mine.ravel(), its.ravel()))
        means = values.mean(axis=1)
        around = values - means[:, None]
        step, count = means - self._means, self._count + values.shape[1]
        self._products += around @ around.T + np.outer(step, step) * (
            self._count * values.shape[1] / count
        )
        self._means += step * (values.shape[1] / count)
        self._count = count

    def add_metres(self, mine: Doubles, its: Doubles) -> None:
        """Take some pairs of depths in metres."""
        apart = np.abs(mine - its)
        middle = (np.abs(mine) + np.abs(its)) / 2
        self._pixels += mine.size
        self._difference += float(apart.sum())
        shares = np.divide(apart, middle, out=np.zeros_like(apart), where=middle > 0)
        self._relative += float(shares.sum())

    @property
    def correlation(self) -> float | None:
        """Pearson's; None where all numbers of one are equal."""
        (mine, both), (_, its) = self._products
        if not (mine > 0 and its > 0):
            return None
        return float(np.clip(both / np.sqrt(mine * its), -1, 1))

    @property
    def difference(self) -> float:
        """Mean absolute difference in metres."""
        return self._difference / max(self._pixels, 1)

    @property
    def relative(self) -> float:
        """Mean of the differences as shares of the mean of both."""
        return self._relative / max(self._pixels, 1)
