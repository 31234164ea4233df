"""What only one of two results of a picture has."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.comparison.agreement import Agreement, ThingAgreement, things_compared
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.segment_maps import SegmentMaps


# Compared by identity: to compare megabytes at each change of a state would be felt.
@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """What is left out where only differences are shown, of A and of B.

    Attributes:
        found_by_both: numbers of the things that both found.
        maps: of labels of pixels, without those that are the same; None of other results.
    """

    found_by_both: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
    maps: tuple[SegmentMaps, SegmentMaps] | None = field(default=None, repr=False)


def find_differences(
    a: PictureResult, b: PictureResult, agreement: Agreement, thresholds: tuple[float, float]
) -> Differences | None:
    """What boxes, masks, places or labels of pixels differ; not on the event loop.

    Args:
        a: the result of run A.
        b: that of run B.
        agreement: what comparing them gave, at the same thresholds.
        thresholds: confidence below which nothing of A and of B counts, 0 to 1.

    Returns:
        None of other results.

    Raises:
        PixelMapError: a map is damaged.
    """
    things = things_compared(agreement)
    if isinstance(things, ThingAgreement):
        in_a, in_b = (frozenset(pair[side] for pair in things.pairs) for side in (0, 1))
        return Differences((in_a, in_b))
    mine, its = a.prediction, b.prediction
    if isinstance(mine, Segmentation) and isinstance(its, Segmentation):
        from ailab.services.comparison.region_comparison import (  # noqa: PLC0415 - brings NumPy
            differing_regions,
        )

        return Differences(maps=differing_regions(mine, its, thresholds))
    return None
